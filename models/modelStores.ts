import { homedir } from 'node:os'
import { join } from 'node:path'
import { userError } from '../base/HubError.ts'
import { FileStorage } from '../storage/fileStorage.ts'
import type { Storage } from '../storage/Storage.ts'
import { knownModels } from './knownModels.ts'
import type { ModelFacts, ModelManifest } from './ModelManifest.ts'
import { type ListedModel, ModelStore, type StoredModel } from './ModelStore.ts'

/** Folder of a person's models: IMAGEHUB_MODELS, else imagehub/models in XDG_DATA_HOME or ~/.local/share. */
export function userModelsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.IMAGEHUB_MODELS || join(env.XDG_DATA_HOME || join(homedir(), '.local/share'), 'imagehub/models')
}

/** The models of a person on this machine. */
export function userModelStore(env: NodeJS.ProcessEnv = process.env): ModelStore {
  return new ModelStore(new FileStorage(userModelsFolder(env)))
}

/** The models that a hub carries with it. */
export function hubModelStore(hub: Storage): ModelStore {
  return new ModelStore(hub, 'models/')
}

/** The first store that has a model: pass the hub's store before the person's own. Null where none has it. */
async function findStore(id: string, stores: readonly ModelStore[]): Promise<ModelStore | null> {
  for (const store of stores) if ((await store.find(id)) !== null) return store
  return null
}

/**
 * A model by id, from the first store that has it.
 * @throws HubError `unknown_model` that lists the ids there are and says how to get another
 */
export async function findModel(id: string, stores: readonly ModelStore[]): Promise<StoredModel> {
  const store = await findStore(id, stores)
  if (store !== null) return store.get(id)
  const lists = await Promise.all(stores.map(candidate => candidate.list()))
  const ids = [...new Set(lists.flat().map(model => model.id))].sort()
  throw userError(
    'unknown_model',
    `there is no model ${JSON.stringify(id)}`,
    `${ids.length === 0 ? 'no model is installed yet' : `installed are ${ids.join(', ')}`}; get one with \`imagehub models pull ID\` or \`imagehub models import --from FILE --id ID\``,
  )
}

/** One line of `models list`: a model of a store, or one that `pull` can get. */
export type ModelListing =
  | (ListedModel & { readonly state: 'installed' | 'damaged'; readonly location: string })
  | { readonly id: string; readonly state: 'available'; readonly facts: ModelFacts }

/** All models of the stores, each id from the first store that has it, then the known ones that none has. */
export async function listModels(stores: readonly ModelStore[]): Promise<ModelListing[]> {
  const listings = new Map<string, ModelListing>()
  for (const store of stores) {
    for (const model of await store.list()) {
      const state = 'manifest' in model ? 'installed' : 'damaged'
      if (!listings.has(model.id)) listings.set(model.id, { ...model, state, location: store.location })
    }
  }
  for (const { id, facts } of knownModels) {
    if (!listings.has(id)) listings.set(id, { id, state: 'available', facts })
  }
  return [...listings.values()]
}

/**
 * Reads a model's file again, in the first store that has it.
 * @throws HubError `unknown_model`, `model_damaged`
 */
export async function verifyModel(id: string, stores: readonly ModelStore[]): Promise<ModelManifest> {
  const store = await findStore(id, stores)
  return store === null ? (await findModel(id, stores)).manifest : store.verify(id)
}
