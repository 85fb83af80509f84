import { findModel, hubModelStore, userModelStore } from '../../models/modelStores.ts'
import type { Storage } from '../../storage/Storage.ts'

export interface CopyModelsOptions {
  /** The hub's. */
  readonly storage: Storage
  /** Ids of models. */
  readonly ids: readonly string[]
  readonly onNote: (line: string) => void
}

/**
 * Brings a person's models into the hub, where machines of a cluster find them; those that it has stay.
 * @throws HubError `unknown_model` before anything is copied
 */
export async function copyModels({ storage, ids, onNote }: CopyModelsOptions): Promise<void> {
  const hub = hubModelStore(storage)
  const found = await Promise.all(ids.map(async id => ((await hub.find(id)) === null ? id : null)))
  const missing = found.filter(id => id !== null)
  const models = await Promise.all(missing.map(id => findModel(id, [userModelStore()])))
  for (const { manifest, path } of models) {
    onNote(`copying the model ${manifest.id} into the hub`)
    await hub.add({ model: manifest, path })
  }
}
