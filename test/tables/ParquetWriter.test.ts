import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { column, nullable } from '../../tables/column.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { columnList, copyToParquet, ParquetWriter } from '../../tables/ParquetWriter.ts'
import { readParquet } from '../../tables/sqlText.ts'
import { streamRows } from '../../tables/streamRows.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const columns = {
  id: column('text', ''),
  at: nullable('timestamp', ''),
  n: nullable('int64', ''),
  tags: column('text_list', ''),
  v: nullable('vector', ''),
  b: nullable('binary', ''),
} as const

test('rows come back from Parquet as they were given, over many of DuckDB’s vectors', async t => {
  const folder = await temporaryFolder(t)
  const rows = Array.from({ length: 5000 }, (_, index) => ({
    id: `image ${index}`,
    at: index % 7 === 0 ? null : 1_700_000_000_123_457 + index,
    n: index % 3 === 0 ? null : 2 ** 53 - 1 - index,
    tags: index % 2 === 0 ? [] : [`tag ${index}`, 'ä'],
    v: index % 5 === 0 ? null : Float32Array.of(index, 0.1, -index),
    b: index % 11 === 0 ? null : Uint8Array.of(index & 255, 0),
  }))
  await withDuckdb({}, async connection => {
    const writer = await ParquetWriter.open(connection, columns)
    for (let start = 0; start < rows.length; start += 700) await writer.write(rows.slice(start, start + 700))
    const file = await writer.close(join(folder, 'rows.parquet'))
    assert.equal(file.rows, 5000)
    const sql = `SELECT ${columnList(columns)} FROM ${readParquet([file.path])} ORDER BY CAST(substr(id, 7) AS INTEGER)`
    const back = (await Array.fromAsync(streamRows(connection, sql, columns, 999))).flat()
    assert.deepEqual(back, rows)
  })
})

test('a copy that fails leaves no file, not even a part of one', async t => {
  const folder = await temporaryFolder(t)
  await withDuckdb({}, async connection => {
    await assert.rejects(
      copyToParquet({
        connection,
        sql: "SELECT CASE WHEN i > 500000 THEN error('boom') ELSE 'x' END AS id FROM range(1000000) t(i)",
        columns: { id: columns.id },
        path: join(folder, 'rows.parquet'),
      }),
      /boom/,
    )
  })
  assert.deepEqual(await readdir(folder), [])
})
