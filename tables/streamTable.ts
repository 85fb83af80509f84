import type { DuckDBConnection } from '@duckdb/node-api'
import type { Columns, Row } from './defineTable.ts'
import { columnList } from './ParquetWriter.ts'
import { sqlName } from './sqlText.ts'
import { streamRows } from './streamRows.ts'

/** Rows read by one query, at least. */
const pageRows = 2048

/**
 * The rows of a table that nothing changes meanwhile, in groups of `rowsPerGroup`, by many short queries. One streamed query would do,
 * but DuckDB keeps what others drop for as long as a query is under way: beside hours of work memory would grow with the rows.
 */
export async function* streamTable<C extends Columns>(
  connection: DuckDBConnection,
  table: string,
  columns: C,
  rowsPerGroup: number,
): AsyncGenerator<Row<C>[]> {
  const page = Math.ceil(pageRows / rowsPerGroup) * rowsPerGroup
  for (let start = 0, found = page; found === page; start += page) {
    found = 0
    const sql = `SELECT ${columnList(columns)} FROM ${sqlName(table)} WHERE rowid >= ${start} AND rowid < ${start + page}`
    for await (const rows of streamRows(connection, sql, columns, rowsPerGroup)) {
      found += rows.length
      yield rows
    }
  }
}
