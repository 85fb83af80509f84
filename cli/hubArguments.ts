import { userError } from '../base/HubError.ts'
import { Hub } from '../catalog/Hub.ts'
import type { ModelStore } from '../models/ModelStore.ts'
import { hubModelStore, userModelStore } from '../models/modelStores.ts'

/** The hub that --hub names; closed with the command. */
export async function openHub(
  uri: string | undefined,
  options: { readonly create?: boolean } = {},
): Promise<Hub & AsyncDisposable> {
  if (uri === undefined)
    throw userError('usage', '--hub is missing', 'name the hub: --hub DIR or --hub s3://bucket/prefix')
  const hub = await Hub.open(uri, options)
  return Object.assign(hub, { [Symbol.asyncDispose]: () => hub.close() })
}

/** Where models are looked for: the hub's own first, then the person's. */
export function modelStores(hub: Hub | null): ModelStore[] {
  return [...(hub === null ? [] : [hubModelStore(hub.storage)]), userModelStore()]
}
