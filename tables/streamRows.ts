import type { DuckDBConnection } from '@duckdb/node-api'
import { duckdbCodecs } from './columnVectors.ts'
import type { Columns, Row } from './defineTable.ts'

/** The rows of a query in groups of at most `rowsPerGroup`, without ever holding the result. `sql` selects exactly the columns, in order. */
export async function* streamRows<C extends Columns>(
  connection: DuckDBConnection,
  sql: string,
  columns: C,
  rowsPerGroup = 2048,
): AsyncGenerator<Row<C>[]> {
  const result = await connection.stream(sql)
  const readers = Object.entries(columns).map(([name, { type }]) => ({
    name,
    decode: duckdbCodecs[type].decode as (value: unknown) => unknown,
  }))
  let group: Row<C>[] = []
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) break
    const values = readers.map((_, index) => chunk.getColumnValues(index))
    for (let index = 0; index < chunk.rowCount; index++) {
      const row: Record<string, unknown> = {}
      for (const [columnIndex, { name, decode }] of readers.entries()) {
        const value = values[columnIndex]?.[index] ?? null
        row[name] = value === null ? null : decode(value)
      }
      group.push(row as Row<C>)
      if (group.length === rowsPerGroup) {
        yield group
        group = []
      }
    }
  }
  if (group.length > 0) yield group
}
