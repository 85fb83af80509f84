import { PassThrough } from 'node:stream'
import type { DuckDBConnection } from '@duckdb/node-api'
import parquetjs from 'parquetjs-lite'
import type { Storage } from '../storage/Storage.ts'
import { column, nullable } from '../tables/column.ts'
import { readParquet } from '../tables/sqlText.ts'
import { streamRows } from '../tables/streamRows.ts'

const columns = {
  origin: column('text', ''),
  supplier_id: nullable('text', ''),
  submission_id: nullable('text', ''),
  verdict: column('text', ''),
  reasons: column('text_list', ''),
  detail: nullable('text', ''),
} as const

export interface WriteRefusalsOptions {
  readonly connection: DuckDBConnection
  readonly storage: Storage
  readonly runId: string
  /** Files of the run's images. */
  readonly images: readonly string[]
}

/**
 * A Parquet file for suppliers: which of their pictures a run did not accept, and why. Written row by row straight into the storage
 * (a multipart upload on S3), never held whole: `runs/<run_id>/refused.parquet`. No file where nothing was refused.
 */
export async function writeRefusals({
  connection,
  storage,
  runId,
  images,
}: WriteRefusalsOptions): Promise<void> {
  if (images.length === 0) return
  const sql = `SELECT ${Object.keys(columns).join(', ')} FROM ${readParquet(images)} WHERE verdict <> 'accepted'`
  const groups = streamRows(connection, sql, columns)
  const first = await groups.next()
  if (first.done) return
  const text = { type: 'UTF8', compression: 'GZIP' } as const
  const schema = new parquetjs.ParquetSchema({
    origin: text,
    supplier_id: { ...text, optional: true },
    submission_id: { ...text, optional: true },
    verdict: text,
    reasons: { ...text, repeated: true },
    detail: { ...text, optional: true },
  })
  const body = new PassThrough()
  const stored = storage.write(`runs/${runId}/refused.parquet`, body)
  const writer = await parquetjs.ParquetWriter.openStream(schema, body)
  const append = async (rows: typeof first.value) => {
    // The writer takes a missing field for null, and null for a fault.
    for (const row of rows)
      await writer.appendRow(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)))
  }
  await append(first.value)
  for await (const rows of groups) await append(rows)
  await writer.close()
  await stored
}
