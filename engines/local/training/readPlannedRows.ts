import type { DuckDBConnection } from '@duckdb/node-api'
import type { Split } from '../../../models/heads/split.ts'
import { withDuckdb } from '../../../tables/duckdb.ts'
import { readVectors, type Vectors } from '../../../tables/readVectors.ts'
import { readParquet, sqlText } from '../../../tables/sqlText.ts'
import type { PlannedRows } from '../../Training.ts'

export interface PlannedReading extends PlannedRows {
  /** Local Parquet files of the table embeddings. */
  readonly embeddings: readonly string[]
  /** Where DuckDB puts what does not fit in memory. */
  readonly temporaryFolder: string
}

/** The images of one split in the order of their positions. */
export interface Planned {
  readonly features: Vectors
  /** The numbers of the column `classes`, one row after the other. */
  readonly classes: Float32Array
  /** -1 for images of no fold. */
  readonly foldOf: Int32Array
}

/** @throws HubError `bad_vectors` */
export async function readPlannedRows(reading: PlannedReading, split: Split): Promise<Planned> {
  const { embeddings, plan, model, counts, temporaryFolder } = reading
  const rows = counts[split]
  return await withDuckdb({ temporaryFolder }, async connection => {
    await connection.run(`CREATE VIEW planned AS FROM ${readParquet([plan])} WHERE split = ${sqlText(split)}`)
    const features = await readVectors(
      connection,
      `SELECT position, embedding FROM ${readParquet(embeddings)} AS embeddings JOIN planned USING (image_id)
       WHERE model_id = ${sqlText(model.id)} AND model_sha256 = ${sqlText(model.sha256)}`,
      rows,
    )
    const { data } = await readVectors(connection, 'SELECT position, classes FROM planned', rows)
    return { features, classes: data, foldOf: await foldsOf(connection) }
  })
}

async function foldsOf(connection: DuckDBConnection): Promise<Int32Array> {
  const result = await connection.runAndReadAll('SELECT ifnull(fold, -1) FROM planned ORDER BY position')
  return Int32Array.from((result.getColumnsJS()[0] ?? []) as number[])
}
