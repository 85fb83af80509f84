import assert from 'node:assert/strict'
import test from 'node:test'
import { column } from '../../tables/column.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { streamTable } from '../../tables/streamTable.ts'

const columns = { id: column('int64', 'number of the row') } as const

test('every row of a table comes once, in full groups but for the last, whatever the sizes', async () => {
  await withDuckdb({}, async (connection, connect) => {
    const reader = await connect()
    for (const rows of [0, 1, 2047, 2048, 2049, 5000])
      for (const rowsPerGroup of [1, 7, 2048, 3000]) {
        await connection.run(`CREATE OR REPLACE TABLE numbers AS SELECT range AS id FROM range(${rows})`)
        const groups = await Array.fromAsync(streamTable(reader, 'numbers', columns, rowsPerGroup))
        const ids = groups.flat().map(({ id }) => id)
        assert.deepEqual(
          ids.sort((a, b) => a - b),
          Array.from({ length: rows }, (_, id) => id),
        )
        assert.ok(groups.slice(0, -1).every(group => group.length === rowsPerGroup))
      }
  })
})

test('what others drop while a table is read takes no memory', async () => {
  await withDuckdb({}, async (connection, connect) => {
    await connection.run('CREATE TABLE numbers AS SELECT range AS id FROM range(20000)')
    let most = 0
    for await (const _ of streamTable(await connect(), 'numbers', columns, 100)) {
      await connection.run('CREATE TABLE part AS SELECT random() AS value FROM range(50000)')
      await connection.run('DROP TABLE part')
      const [[bytes] = []] = await (
        await connection.run('SELECT sum(memory_usage_bytes)::DOUBLE FROM duckdb_memory()')
      ).getRows()
      most = Math.max(most, Number(bytes))
    }
    assert.ok(most < 32e6, `DuckDB held ${most} bytes, of 200 parts of 400 kB`)
  })
})
