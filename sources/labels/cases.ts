import type { DuckDBConnection } from '@duckdb/node-api'
import type { Cases } from './LabelReport.ts'

/** How many rows there are, with an expression's value for the five smallest; `from` is what follows FROM. */
export async function cases(connection: DuckDBConnection, expression: string, from: string): Promise<Cases> {
  const result = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE, coalesce(min(left(${expression}, 200), 5), []) FROM ${from}`,
  )
  const [count, examples] = result.getRowsJS()[0] as unknown as [number, string[]]
  return { count, examples }
}
