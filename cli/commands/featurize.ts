import { findModel } from '../../models/modelStores.ts'
import { featurize as featurizeHub } from '../../operations/featurize.ts'
import { defineCommand } from '../Command.ts'
import { engineOptions, openEngine } from '../engineArguments.ts'
import { modelStores, openHub } from '../hubArguments.ts'
import { stageRate } from '../runText.ts'
import { accessOptions, photoAccess } from '../sourceArguments.ts'

export const featurize = defineCommand({
  name: 'featurize',
  describe: 'Embed every accepted image that a model has not seen',
  options: {
    model: { type: 'string', demandOption: true, describe: 'id of the model', requiresArg: true },
    device: {
      type: 'string',
      choices: ['cpu', 'cuda'] as const,
      default: 'cpu' as const,
      describe: 'what infers; cuda: NVIDIA GPUs',
    },
    ...accessOptions,
    ...engineOptions,
  },
  examples: [['$0 featurize --hub hub --model inception-v3-imagenet', 'embeddings of all new images']],
  async run(args, terminal) {
    // Workers on one GPU would each hold a copy of the model there.
    const isAlone = args.engine === 'local' && args.device === 'cuda'
    await using engine = await openEngine(isAlone ? { ...args, workers: args.workers ?? 1 } : args)
    await using hub = await openHub(args.hub)
    const run = await featurizeHub({
      hub,
      model: await findModel(args.model, modelStores(hub)),
      engine,
      device: args.device,
      storage: photoAccess(args),
      signal: terminal.signal,
      onProgress: progress => terminal.progress(progress),
    })
    const embedded = run.rows_written.embeddings ?? 0
    const failed = run.rows_written.failures ?? 0
    const text = [
      `${embedded} images embedded with ${args.model}${failed === 0 ? '' : `, ${failed} failed (imagehub sql "FROM failures" says why)`}`,
      ...stageRate(run),
      `run ${run.run_id}, snapshot ${run.snapshot ?? '–'}`,
    ].join('\n')
    return { json: { run }, text }
  },
})
