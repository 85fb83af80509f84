import type { DuckDBConnection } from '@duckdb/node-api'

/** The rows of a small result as objects; numbers wider than 53 bits have to be cast in the query. */
export async function select<R>(connection: DuckDBConnection, sql: string): Promise<R[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJS() as R[]
}

export async function countRows(connection: DuckDBConnection, table: string): Promise<number> {
  const [row] = await select<{ count: number }>(connection, `SELECT count(*)::DOUBLE AS count FROM ${table}`)
  return row?.count ?? 0
}
