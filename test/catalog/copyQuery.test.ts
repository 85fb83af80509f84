import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { openCatalog } from '../../catalog/openCatalog.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { readParquet } from '../../tables/sqlText.ts'
import { tables } from '../../tables/tables.ts'
import { tinyRows } from '../sql/tinyHub.ts'
import { writeTables } from '../sql/writeTables.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

async function opened(t: TestContext) {
  const folder = await temporaryFolder(t)
  const path = join(folder, 'out.parquet')
  const files = await writeTables(folder, tinyRows)
  const catalog = await openCatalog({ files, exportPath: path })
  t.after(() => catalog.close())
  return { folder, path, files, catalog }
}

/** Rows and column types of a query of a DuckDB that knows nothing of the catalog. */
async function asked(sql: string): Promise<{ readonly types: string[]; readonly rows: unknown[] }> {
  return await withDuckdb({}, async connection => {
    const reader = await connection.runAndReadAll(sql)
    return {
      types: reader.columnNames().map((name, index) => `${name} ${String(reader.columnType(index))}`),
      rows: reader.getRowsJson(),
    }
  })
}

test('every table of a hub comes back with its types and values', async t => {
  const { path, files, catalog } = await opened(t)
  for (const name of Object.keys(tables) as (keyof typeof tables)[]) {
    const { rows } = await catalog.copy(`FROM ${name} ORDER BY ALL`)
    const original = files[name] ?? []
    assert.equal(rows, tinyRows[name]?.length ?? 0, name)
    if (original.length === 0) continue
    const columns = Object.keys(tables[name].columns)
      .map(column => `"${column}"`)
      .join(', ')
    assert.deepEqual(
      await asked(`SELECT * FROM ${readParquet([path])}`),
      await asked(`SELECT ${columns} FROM ${readParquet(original)} ORDER BY ALL`),
      name,
    )
  }
})

test('types of every kind keep their values: of 128-bit integers, which Parquet lacks, 64 bits', async t => {
  const { path, catalog } = await opened(t)
  const sql = `SELECT 9007199254740993::BIGINT AS whole, sum(range) AS total, 1.5::FLOAT AS single, [0.1::FLOAT, NULL] AS vector,
    TIMESTAMPTZ '2026-01-02 03:04:05.678901+00' AS instant, TIMESTAMP '2026-01-02 03:04:05.678901' AS local, DATE '2026-01-02' AS day,
    ['a', 'b'] AS names, true AS yes, {'x': 1, 'y': ['z']} AS nested, 12.345::DECIMAL(9, 3) AS exact, 'a'::BLOB AS bytes, NULL::TEXT AS none,
    'NaN'::DOUBLE AS nan, 7::UTINYINT AS tiny FROM range(4)`
  await catalog.copy(sql)
  const back = await asked(`SELECT * FROM ${readParquet([path])}`)
  assert.deepEqual(back, await asked(`SELECT * REPLACE (total::BIGINT AS total) FROM (${sql})`))
  assert.ok(back.types.includes('total BIGINT') && back.types.includes('vector FLOAT[]'))
  await assert.rejects(catalog.copy('SELECT 10000000000000000000000::HUGEINT AS n'), {
    code: 'sql_error',
    message: /10000000000000000000000/,
  })
})

test('rows keep their order, parameters their values, and there are no more than asked for', async t => {
  const { path, catalog } = await opened(t)
  const { rows, columns } = await catalog.copy(
    'SELECT range AS n, $word AS word FROM range(300000) ORDER BY hash(n); -- the end',
    { word: "it's" },
    { maxRows: 200_000 },
  )
  assert.deepEqual(
    [rows, columns],
    [
      200_000,
      [
        { name: 'n', type: 'BIGINT' },
        { name: 'word', type: 'VARCHAR' },
      ],
    ],
  )
  const [fault] = (
    await asked(
      `SELECT count(*) FILTER (hash(n) < before) AS unordered, any_value(word) AS word FROM (
         SELECT *, lag(hash(n)) OVER (ORDER BY file_row_number) AS before FROM read_parquet('${path}', file_row_number = true))`,
    )
  ).rows
  assert.deepEqual(fault, ['0', "it's"])
})

test('two columns of one name are told apart, and a semicolon in a text stays', async t => {
  const { path, catalog } = await opened(t)
  await catalog.copy("SELECT 1 AS a, ';--' AS A;\n;/* ; */ -- ;")
  assert.deepEqual(await asked(`SELECT * FROM ${readParquet([path])}`), {
    types: ['a INTEGER', 'A_1 VARCHAR'],
    rows: [[1, ';--']],
  })
})

test('what is no SELECT, or would break out of the COPY, writes nothing', async t => {
  const { folder, catalog, files } = await opened(t)
  const before = await readdir(folder)
  const escaped = join(folder, 'escaped.csv')
  for (const sql of [
    'DROP VIEW images',
    `COPY images TO '${escaped}'`,
    'EXPLAIN SELECT 1',
    'SELECT 1; SELECT 2',
    `SELECT 1) TO '${escaped}' (FORMAT csv); --`,
    `SELECT 1) TO '${files.images?.[0]}' (FORMAT csv); --`,
    `SELECT * FROM read_text('${escaped}')`,
    'SELECT nope FROM images',
    'SELECT 1 /*',
    '',
  ])
    await assert.rejects(catalog.copy(sql), { code: /^sql_(not_allowed|error)$/, fault: 'user' }, sql)
  assert.deepEqual(await readdir(folder), before)
  assert.equal((await catalog.query('SELECT count(*) AS n FROM images')).rows[0]?.n, 7)
})

test('the file of an export opens no other one: its neighbours can be neither written nor read', async t => {
  const { folder, catalog } = await opened(t)
  await writeFile(join(folder, 'out.parquet.csv'), 'a\n1\n')
  for (const sql of [`FROM '${join(folder, 'out.parquet.csv')}'`, "FROM '/etc/other.parquet'"])
    await assert.rejects(catalog.copy(sql), { code: 'sql_not_allowed' }, sql)
})

test('a copy that takes too long is stopped, and a catalog without a file to write refuses', async t => {
  const { catalog } = await opened(t)
  const endless =
    'SELECT count(*) AS n FROM range(10000000) a, range(10000000) b WHERE hash(a.range, b.range) = 1'
  await assert.rejects(catalog.copy(endless, {}, { timeoutSeconds: 0.2 }), { code: 'sql_timeout' })
  const other = await openCatalog({ files: {} })
  t.after(() => other.close())
  await assert.rejects(other.copy('SELECT 1'), /without an exportPath/)
})
