import type { TestContext } from 'node:test'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

/** A connection to an empty database in memory that ends with the test. */
export async function memoryDatabase(test: Pick<TestContext, 'after'>): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  test.after(() => {
    connection.closeSync()
    instance.closeSync()
  })
  return connection
}

export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][]
}
