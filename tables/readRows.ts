import type { Columns, Row } from './defineTable.ts'
import { openDuckdb } from './duckdb.ts'
import { columnList } from './ParquetWriter.ts'
import { readParquet } from './sqlText.ts'
import { streamRows } from './streamRows.ts'

/** The rows of Parquet files on this machine, in groups, without ever holding them all. */
export async function* readRows<C extends Columns>(
  files: readonly { readonly path: string }[],
  columns: C,
): AsyncGenerator<Row<C>[]> {
  if (files.length === 0) return
  const { instance, close } = await openDuckdb({ threads: 1 })
  const connection = await instance.connect()
  try {
    const paths = files.map(({ path }) => path)
    yield* streamRows(connection, `SELECT ${columnList(columns)} FROM ${readParquet(paths)}`, columns)
  } finally {
    connection.closeSync()
    await close()
  }
}
