import { Hub } from '../../catalog/Hub.ts'
import { openHubCatalog } from '../../operations/openHubCatalog.ts'
import type { StorageOptions } from '../../storage/openStorage.ts'

const queries = {
  images: `SELECT * EXCLUDE (run_id, ingested_at, detail) REPLACE (replace(origin, $root, '') AS origin) FROM images ORDER BY origin`,
  manifest: `SELECT replace(origin, $root, '') AS origin, bytes FROM manifest ORDER BY origin`,
  quality: 'SELECT * EXCLUDE (run_id) FROM quality WHERE $root IS NOT NULL ORDER BY image_id',
  annotations: 'SELECT * EXCLUDE (run_id) FROM annotations WHERE $root IS NOT NULL ORDER BY ALL',
  classes: 'SELECT * EXCLUDE (run_id) FROM classes WHERE $root IS NOT NULL ORDER BY ALL',
  embeddings: 'SELECT * EXCLUDE (run_id) FROM embeddings WHERE $root IS NOT NULL ORDER BY model_id, image_id',
} as const

/** Rows by table. */
export type HubTables = Readonly<Record<string, readonly object[]>>

/**
 * What a hub says of its images, for comparison with another hub that read the same files elsewhere: without runs, times and places.
 * @param root URI of the photos, taken off the origins
 */
export async function hubTables(
  uri: string,
  { root, storage = {} }: { readonly root: string; readonly storage?: StorageOptions },
): Promise<HubTables> {
  const hub = await Hub.open(uri, { storage })
  try {
    await using catalog = await openHubCatalog(hub)
    const tables = Object.entries(queries).map(
      async ([name, sql]) => [name, (await catalog.query(sql, { root })).rows] as const,
    )
    return Object.fromEntries(await Promise.all(tables))
  } finally {
    await hub.close()
  }
}
