import type { Hub } from '../../catalog/Hub.ts'
import { openHubCatalog } from '../../operations/openHubCatalog.ts'
import { bindParameters } from '../../pipelines/bindParameters.ts'
import { readSql } from '../../sql/readSql.ts'

export interface ImagesToDoOptions {
  readonly hub: Hub
  readonly model: { readonly id: string; readonly sha256: string }
}

/** How many accepted images a model has not seen: the rows that featurize would begin with now. Throws what catalogs throw. */
export async function imagesToDo({ hub, model }: ImagesToDoOptions): Promise<number> {
  await using catalog = await openHubCatalog(hub, { tables: ['images', 'embeddings', 'failures'] })
  const toDo = bindParameters(readSql('pipelines', 'featurize_to_do'), {
    model_id: model.id,
    model_sha256: model.sha256,
  })
  const { rows } = await catalog.query(`SELECT count(*) AS images FROM (${toDo}) AS to_do`)
  return Number(rows[0]?.images)
}
