import type { Hub } from '../../catalog/Hub.ts'
import { openHubCatalog } from '../../operations/openHubCatalog.ts'
import { bindParameters } from '../../pipelines/bindParameters.ts'
import { readSql } from '../../sql/readSql.ts'

export interface ImagesToDoOptions {
  readonly hub: Hub
  readonly model: { readonly id: string; readonly sha256: string }
}

const counted = ['images', 'embeddings', 'failures'] as const

/** Bytes that counting brings out of S3, where they are not in the cache yet; 0 for a hub in a folder. */
export async function bytesToCount(hub: Hub): Promise<number> {
  if (hub.storage.root.startsWith('file://')) return 0
  const snapshot = await hub.latestSnapshot()
  const files = counted.flatMap(name => snapshot?.tables[name] ?? [])
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** How many accepted images a model has not seen: the rows that featurize would begin with now. Throws what catalogs throw. */
export async function imagesToDo({ hub, model }: ImagesToDoOptions): Promise<number> {
  await using catalog = await openHubCatalog(hub, { tables: counted })
  const toDo = bindParameters(readSql('pipelines', 'featurize_to_do'), {
    model_id: model.id,
    model_sha256: model.sha256,
  })
  const { rows } = await catalog.query(`SELECT count(*) AS images FROM (${toDo}) AS to_do`)
  return Number(rows[0]?.images)
}
