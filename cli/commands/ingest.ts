import { ingest as ingestInto } from '../../operations/ingest.ts'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import { defineCommand } from '../Command.ts'
import { engineOptions, openEngine } from '../engineArguments.ts'
import { openHub } from '../hubArguments.ts'
import { ingestText } from '../ingestText.ts'
import { labelSource, photoSource, sourceOptions } from '../sourceArguments.ts'

export const ingest = defineCommand({
  name: 'ingest',
  describe: 'Read new and changed photos into the hub, with a verdict for each',
  options: {
    ...sourceOptions,
    supplier: { type: 'string', describe: 'who sent the photos', requiresArg: true },
    submission: { type: 'string', describe: 'the delivery they came in', requiresArg: true },
    ...engineOptions,
  },
  examples: [
    ['$0 ingest --hub hub --from photos --labels folder', 'each folder below photos/ is a class'],
    ['$0 ingest --hub hub --from photos --labels labels.csv', 'classes from a CSV'],
    ['$0 ingest --hub hub --from s3://bucket/photos --anonymous', 'a public bucket'],
    ['$0 ingest --hub hub --open-images Car,Tree --limit 200', 'the public Open Images validation set'],
  ],
  async run(args, terminal) {
    const source = await photoSource(args)
    const labels = await labelSource(args)
    await using engine = await openEngine(args)
    await using hub = await openHub(args.hub, { create: true })
    const result = await ingestInto({
      hub,
      source,
      labels,
      engine,
      cacheFolder: defaultCacheFolder(),
      signal: terminal.signal,
      onProgress: progress => terminal.progress(progress),
      onNote: line => terminal.note(line),
      ...(args.supplier === undefined ? {} : { supplierId: args.supplier }),
      ...(args.submission === undefined ? {} : { submissionId: args.submission }),
    })
    return { json: result, text: ingestText(result) }
  },
})
