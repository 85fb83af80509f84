import { userError } from '../../base/HubError.ts'
import { importModel } from '../../models/importModel.ts'
import type { ModelManifest } from '../../models/ModelManifest.ts'
import type { ModelStore } from '../../models/ModelStore.ts'
import { findModel, listModels, verifyModel } from '../../models/modelStores.ts'
import { pullModel } from '../../models/pull.ts'
import { type Answer, defineCommand } from '../Command.ts'
import { modelStores, openHub } from '../hubArguments.ts'
import { modelListText } from '../modelListText.ts'

const actions = ['list', 'pull', 'import', 'verify', 'path'] as const

export const models = defineCommand({
  name: 'models <action> [id]',
  describe: 'List, pull, import, verify or locate embedding models',
  options: {
    action: { choices: actions, demandOption: true, describe: 'what to do' },
    id: { type: 'string', describe: 'id of the model', requiresArg: true },
    from: {
      type: 'string',
      describe: 'import: an ONNX file, or a Keras h5 file of InceptionV3',
      requiresArg: true,
    },
    half: {
      type: 'boolean',
      default: false,
      describe: 'import: with weights in half precision (fp16), for GPUs',
    },
    replace: {
      type: 'boolean',
      default: false,
      describe: 'put it in the place of another model with this id',
    },
  },
  examples: [
    ['$0 models list', 'what is installed, and what can be pulled'],
    ['$0 models pull inception-v3-imagenet', 'download the official InceptionV3 weights'],
    ['$0 models import --from model.onnx --id mine', 'use your own model'],
    ['$0 models path mine', 'where its ONNX file is'],
  ],
  async run(args, terminal): Promise<Answer> {
    await using hub =
      args.hub === undefined
        ? null
        : await openHub(args.hub, { create: args.action === 'import' || args.action === 'pull' })
    const stores = modelStores(hub)
    if (args.action === 'list') {
      const listings = await listModels(stores)
      return { json: listings, text: modelListText(listings) }
    }
    const { id } = args
    if (id === undefined)
      throw userError(
        'usage',
        `models ${args.action} needs the id of a model`,
        'imagehub models list shows them',
      )
    if (args.action === 'path') {
      const { manifest, path } = await findModel(id, stores)
      return { json: { id, path, sha256: manifest.sha256 }, text: path }
    }
    if (args.action === 'verify') {
      const manifest = await verifyModel(id, stores)
      return { json: manifest, text: `${id} is as it was imported: sha256 ${manifest.sha256}` }
    }
    const manifest = await getModel({ ...args, action: args.action, id }, stores, terminal)
    return {
      json: manifest,
      text: `${id}: ${manifest.output.dimensions}-d embeddings of ${manifest.input.height} x ${manifest.input.width} pixels, sha256 ${manifest.sha256}`,
    }
  },
})

/** Pulls or imports into the person's own store, and from there into the hub's where one was named. */
async function getModel(
  args: {
    readonly action: 'pull' | 'import'
    readonly id: string
    readonly from?: string | undefined
    readonly half: boolean
    readonly replace: boolean
  },
  stores: readonly ModelStore[],
  {
    signal,
    progress,
  }: {
    readonly signal: AbortSignal
    readonly progress: (of: {
      stage: string
      rowsDone: number
      rowsTotal: number
      rowsResumed: number
    }) => void
  },
): Promise<ModelManifest> {
  const { id, half, replace } = args
  const [store, ...others] = stores.toReversed()
  if (store === undefined) throw new Error('there is always the store of the person')
  if (args.action === 'import' && args.from === undefined)
    throw userError('usage', 'nothing says what to import', 'name a file: models import --from FILE --id ID')
  const manifest =
    args.action === 'pull'
      ? await pullModel({
          id,
          store,
          replace,
          signal,
          onProgress: ({ bytes, totalBytes }) =>
            progress({ stage: 'download', rowsDone: bytes, rowsTotal: totalBytes ?? bytes, rowsResumed: 0 }),
        })
      : await importModel({ id, store, half, replace, signal, from: { path: args.from ?? '' } })
  const { path } = await store.get(id)
  for (const other of others) await other.add({ model: manifest, path, replace })
  return manifest
}
