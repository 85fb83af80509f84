import type { DuckDBConnection } from '@duckdb/node-api'
import type { Cases } from '../Cases.ts'
import { select } from '../select.ts'

/** How many rows there are, with an expression's value for the five smallest; `from` is what follows FROM. */
export async function cases(connection: DuckDBConnection, expression: string, from: string): Promise<Cases> {
  const [found] = await select<Cases>(
    connection,
    `SELECT count(*)::DOUBLE AS count, coalesce(min(left(${expression}, 200), 5), []) AS examples FROM ${from}`,
  )
  return found ?? { count: 0, examples: [] }
}
