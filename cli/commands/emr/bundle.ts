import { hubInS3 } from '../../../emr/compile/hubInS3.ts'
import { bundleFiles } from '../../../emr/prepare/bundleFiles.ts'
import { copyModels } from '../../../emr/prepare/copyModels.ts'
import { uploadFiles } from '../../../emr/prepare/uploadFiles.ts'
import { defaultCacheFolder } from '../../../storage/defaultCacheFolder.ts'
import { defineCommand } from '../../Command.ts'
import { cudaOf, cudaOption } from '../../emr/cudaOption.ts'
import { openHub } from '../../hubArguments.ts'
import { sizeText } from '../../sizeText.ts'

export const bundle = defineCommand({
  name: 'emr bundle',
  describe: 'Make what machines of EMR run, and put it into S3 where it is not there yet',
  options: {
    ...cudaOption,
    model: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'id of a model of yours to put beside it, into the hub; may be repeated',
      requiresArg: true,
    },
  },
  examples: [
    ['$0 emr bundle --hub s3://bucket/hub --model inception-v3-imagenet', 'also done by submit'],
    ['$0 emr bundle --hub s3://bucket/hub --cuda cuda', 'for jobs on GPUs, with their libraries'],
  ],
  async run(args, terminal) {
    const cuda = await cudaOf(args)
    const onNote = (line: string) => terminal.note(line)
    await using hub = await openHub(args.hub, { create: true })
    const {
      bundle,
      connectJar,
      cuda: libraries,
    } = await bundleFiles({
      hub: hubInS3({ hub: args.hub ?? '' }),
      cacheFolder: defaultCacheFolder(),
      onNote,
      ...(cuda === undefined ? {} : { cuda }),
    })
    // GPUs are for emr-7, whose Spark has no Connect server; other jobs bring it when they are submitted to such a release.
    const files = libraries === null ? [bundle] : [bundle, connectJar, libraries]
    const { uploaded, bytes } = await uploadFiles({
      ...{ storage: hub.storage, files, onNote },
      signal: terminal.signal,
    })
    await copyModels({ storage: hub.storage, ids: args.model, onNote })
    const facts = files.map(({ what, uri, sha256, bytes }) => ({ what, uri, sha256, bytes }))
    const text = facts.map(
      ({ what, uri, bytes }) =>
        `${what}: ${uri}${bytes === null ? '' : `, ${sizeText(bytes)}`}${uploaded.includes(uri) ? '' : ', was there'}`,
    )
    return { json: { files: facts, uploaded, bytes }, text: text.join('\n') }
  },
})
