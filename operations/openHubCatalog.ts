import type { Catalog } from '../catalog/Catalog.ts'
import type { Hub } from '../catalog/Hub.ts'
import { openCatalog } from '../catalog/openCatalog.ts'
import type { Snapshot } from '../catalog/Snapshot.ts'
import { type TableName, tables } from '../tables/tables.ts'

export interface HubCatalogOptions {
  /** @default the newest */
  readonly snapshot?: Snapshot | null
  /** Tables whose files are fetched where the hub is remote; the others are empty there. @default all */
  readonly tables?: readonly TableName[]
  /** The one local file that the catalog's `copy` may write. @default none */
  readonly exportPath?: string
}

/** SQL over a snapshot of a hub. What is committed while it is open does not show. */
export async function openHubCatalog(
  hub: Hub,
  options: HubCatalogOptions = {},
): Promise<Catalog & AsyncDisposable> {
  const snapshot = options.snapshot === undefined ? await hub.latestSnapshot() : options.snapshot
  const names = options.tables ?? (Object.keys(tables) as TableName[])
  const catalog = await openCatalog({
    files: await hub.localFiles(snapshot, names),
    runs: await hub.runs(),
    ...(options.exportPath === undefined ? {} : { exportPath: options.exportPath }),
  })
  return Object.assign(catalog, { [Symbol.asyncDispose]: () => catalog.close() })
}
