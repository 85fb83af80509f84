import { explainImage } from '../../operations/explainImage.ts'
import { openHubCatalog } from '../../operations/openHubCatalog.ts'
import { defineCommand } from '../Command.ts'
import { openHub } from '../hubArguments.ts'
import { lifeText } from '../lifeText.ts'

export const why = defineCommand({
  name: 'why <image>',
  describe: 'The life of one image: origin, hashes, scores, verdict, labels, embeddings, predictions, runs',
  options: {
    image: {
      type: 'string',
      demandOption: true,
      describe: 'image id, origin, file name, or start of a SHA-256',
    },
  },
  examples: [['$0 why --hub hub 1342002397_9503c97b49.jpg', 'by file name']],
  async run(args) {
    await using hub = await openHub(args.hub)
    await using catalog = await openHubCatalog(hub)
    const life = await explainImage(catalog, args.image)
    return { json: life, text: lifeText(life) }
  },
})
