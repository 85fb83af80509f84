import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import test from 'node:test'
import { withDuckdb } from '../../tables/duckdb.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

/** More than the memory it is given: the table lies on the disk for the most part. */
async function wrongRows(folder: string, factor: number): Promise<number> {
  return await withDuckdb(
    { temporaryFolder: folder, memoryLimit: '40MB', threads: 1 },
    async (connection, connect) => {
      await connection.run(
        `CREATE TABLE spilled AS SELECT i, md5((i * ${factor})::VARCHAR) AS value FROM range(1_500_000) AS numbers(i)`,
      )
      assert.notDeepEqual(await readdir(folder), [], 'the rows did not fit into memory')
      const result = await (await connect()).run(
        `SELECT count(*) FROM spilled WHERE value <> md5((i * ${factor})::VARCHAR)`,
      )
      return Number((await result.getRows())[0]?.[0])
    },
  )
}

test('two pieces of work that spill into one folder at once keep their rows apart, and leave nothing', async t => {
  const folder = await temporaryFolder(t)
  assert.deepEqual(await Promise.all([wrongRows(folder, 3), wrongRows(folder, 7)]), [0, 0])
  assert.deepEqual(await readdir(folder), [])
})
