import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { HubError } from '../../base/HubError.ts'
import { openCatalog } from '../../catalog/openCatalog.ts'
import { tables } from '../../tables/tables.ts'
import { tinyRows } from '../sql/tinyHub.ts'
import { writeTables } from '../sql/writeTables.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

describe('openCatalog', () => {
  it('a hub without files has every table, with the declared columns and no rows', async test => {
    const catalog = await openCatalog({ files: {} })
    test.after(() => catalog.close())
    for (const table of Object.values(tables)) {
      const { columns, rows } = await catalog.query(`SELECT * FROM ${table.name}`)
      assert.deepEqual(
        columns.map(({ name }) => name),
        Object.keys(table.columns),
        table.name,
      )
      assert.deepEqual(rows, [])
    }
    assert.deepEqual((await catalog.query('SELECT * FROM runs')).rows, [])
  })

  it('a table is all of its files together, with the same types as without files', async test => {
    const folder = await temporaryFolder(test)
    await mkdir(join(folder, 'more'))
    const one = await writeTables(folder, { classes: [{ label: 'a', display_name: 'A' }] })
    const two = await writeTables(join(folder, 'more'), { classes: [{ label: 'b', display_name: 'B' }] })
    const catalog = await openCatalog({
      files: { classes: [...(one.classes ?? []), ...(two.classes ?? [])] },
    })
    test.after(() => catalog.close())
    const empty = await openCatalog({ files: {} })
    test.after(() => empty.close())
    const { columns, rows } = await catalog.query('SELECT * FROM classes ORDER BY label')
    assert.deepEqual(
      rows.map(row => row.label),
      ['a', 'b'],
    )
    assert.deepEqual(columns, (await empty.query('SELECT * FROM classes')).columns)
  })

  it('a folder whose name holds quotes and glob characters is read like any other', async test => {
    const folder = join(await temporaryFolder(test), `it's [a]*?{b} "hub"; --`)
    await mkdir(folder)
    const catalog = await openCatalog({ files: await writeTables(folder, tinyRows) })
    test.after(() => catalog.close())
    assert.deepEqual((await catalog.query('SELECT count(*) AS n FROM images')).rows, [{ n: 7 }])
  })

  it('a missing or damaged file, or one with other columns, is an error that names it', async test => {
    const folder = await temporaryFolder(test)
    const { classes, class_edges } = await writeTables(folder, tinyRows)
    const damaged = join(folder, 'damaged.parquet')
    await writeFile(damaged, (await readFile(classes?.[0] ?? '')).subarray(0, 100))
    for (const [file, named] of [
      [join(folder, 'gone.parquet'), /gone\.parquet/],
      [damaged, /damaged\.parquet/],
      [class_edges?.[0] ?? '', /display_name|label/],
    ] as const)
      await assert.rejects(openCatalog({ files: { classes: [file] } }), (error: unknown) => {
        assert.ok(error instanceof HubError)
        assert.equal(error.code, 'catalog_unreadable')
        assert.match(error.message, named)
        return true
      })
  })

  it('a file that goes away while the catalog is open fails the query, as the fault of the system', async test => {
    const folder = await temporaryFolder(test)
    const files = await writeTables(folder, tinyRows)
    const catalog = await openCatalog({ files })
    test.after(() => catalog.close())
    const [file = ''] = files.images ?? []
    await rename(file, join(dirname(file), 'elsewhere'))
    await assert.rejects(catalog.query('SELECT * FROM images'), {
      code: 'catalog_unreadable',
      fault: 'system',
    })
  })

  it('values come as plain ones: safe integers as numbers, wider ones as text, instants in ISO 8601', async test => {
    const catalog = await openCatalog({ files: {} })
    test.after(() => catalog.close())
    const { rows } = await catalog.query(`SELECT
      9007199254740991::BIGINT AS safe, 9007199254740993::BIGINT AS wide, sum(1) AS total, 1.25::DECIMAL(9, 3) AS decimal,
      'NaN'::DOUBLE AS nan, '2026-01-31 12:00:00+02'::TIMESTAMPTZ AS instant, '2026-01-31 12:00:00.000001'::TIMESTAMP AS local,
      '1969-12-31 23:59:59.999999Z'::TIMESTAMPTZ AS before, 'infinity'::TIMESTAMPTZ AS never, DATE '2026-01-31' AS day,
      ['a', NULL] AS list, [1.5]::FLOAT[] AS vector, {'n': 1::BIGINT, 'at': '2026-01-01 00:00:00Z'::TIMESTAMPTZ} AS struct, MAP {'k': 1} AS map, NULL AS nothing`)
    assert.deepEqual(rows, [
      {
        safe: 9007199254740991,
        wide: '9007199254740993',
        total: 1,
        decimal: 1.25,
        nan: Number.NaN,
        instant: '2026-01-31T10:00:00Z',
        local: '2026-01-31T12:00:00.000001',
        before: '1969-12-31T23:59:59.999999Z',
        never: 'infinity',
        day: '2026-01-31',
        list: ['a', null],
        vector: [1.5],
        struct: { n: 1, at: '2026-01-01T00:00:00Z' },
        map: [{ key: 'k', value: 1 }],
        nothing: null,
      },
    ])
  })

  it('columns of the same name are kept apart', async test => {
    const catalog = await openCatalog({ files: {} })
    test.after(() => catalog.close())
    const { columns, rows } = await catalog.query('SELECT 1 AS a, 2 AS a')
    assert.equal(new Set(columns.map(({ name }) => name)).size, 2)
    assert.deepEqual(Object.values(rows[0] ?? {}), [1, 2])
  })

  it('parameters are values, never SQL, and must be those of the text', async test => {
    const catalog = await openCatalog({ files: {} })
    test.after(() => catalog.close())
    const sql =
      'SELECT $text AS text, $whole AS whole, $part AS part, $yes AS yes, $none AS none, $list AS list'
    const values = {
      text: "'; DROP TABLE images; --",
      whole: 3,
      part: 0.5,
      yes: true,
      none: null,
      list: ['a', 'b'],
    }
    assert.deepEqual((await catalog.query(sql, values)).rows, [values])
    await assert.rejects(catalog.query('SELECT $a', {}), { code: 'missing_parameter', fault: 'user' })
    await assert.rejects(catalog.query('SELECT $a', { a: 1, b: 2 }), {
      code: 'unknown_parameter',
      fault: 'user',
    })
  })

  it('more rows than asked for are cut, and the result says so', async test => {
    const catalog = await openCatalog({ files: {} })
    test.after(() => catalog.close())
    const cut = await catalog.query('SELECT range AS n FROM range(100000)', {}, { maxRows: 10 })
    assert.equal(cut.rows.length, 10)
    assert.equal(cut.truncated, true)
    const whole = await catalog.query('SELECT range AS n FROM range(10)', {}, { maxRows: 10 })
    assert.equal(whole.rows.length, 10)
    assert.equal(whole.truncated, false)
  })

  it('a stream reads a long result in batches, and may be left early', async test => {
    const catalog = await openCatalog({ files: {} })
    test.after(() => catalog.close())
    const { columns, batches } = await catalog.stream('SELECT range AS n FROM range(300000)')
    assert.deepEqual(columns, [{ name: 'n', type: 'BIGINT' }])
    let sum = 0
    for await (const rows of batches) {
      assert.ok(rows.length <= 2048)
      for (const row of rows) sum += Number(row.n)
    }
    assert.equal(sum, (299_999 * 300_000) / 2)
    for await (const rows of (await catalog.stream('SELECT range AS n FROM range(1000000000)')).batches) {
      assert.ok(rows.length > 0)
      break
    }
  })

  it('queries run at the same time, and an error of one leaves the others alone', async test => {
    const catalog = await openCatalog({ files: {} })
    test.after(() => catalog.close())
    const [one, two, three] = await Promise.allSettled([
      catalog.query('SELECT count(*) AS n FROM range(5000000)'),
      catalog.query('SELECT * FROM nowhere'),
      catalog.query('SELECT 3 AS n'),
    ])
    assert.deepEqual(one.status === 'fulfilled' && one.value.rows, [{ n: 5_000_000 }])
    assert.equal(two.status, 'rejected')
    assert.deepEqual(three.status === 'fulfilled' && three.value.rows, [{ n: 3 }])
  })

  it('a query past its time limit is stopped; the catalog goes on', async test => {
    // Long enough for a busy machine to answer the last query.
    const catalog = await openCatalog({ files: {}, timeoutSeconds: 2 })
    test.after(() => catalog.close())
    const endless = 'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t'
    await assert.rejects(catalog.query(endless), { code: 'sql_timeout', fault: 'user', message: /2 s/ })
    const { batches } = await catalog.stream('SELECT * FROM range(1000000000)')
    await assert.rejects(
      Array.fromAsync(batches, rows => rows.length),
      { code: 'sql_timeout' },
    )
    assert.deepEqual((await catalog.query('SELECT 1 AS n')).rows, [{ n: 1 }])
  })

  it('a catalog that is closed ends its queries with an error, however far they are', async test => {
    const catalog = await openCatalog({ files: {} })
    test.after(() => catalog.close())
    const query = catalog.query(
      'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t',
    )
    const { batches } = await catalog.stream('SELECT * FROM range(1000000000)')
    const iterator = batches[Symbol.asyncIterator]()
    await iterator.next()
    await Promise.all([assert.rejects(query, { code: 'catalog_closed' }), catalog.close()])
    await assert.rejects(
      async () => {
        while ((await iterator.next()).done !== true);
      },
      { code: 'catalog_closed' },
    )
    await assert.rejects(catalog.query('SELECT 1'), { code: 'catalog_closed' })
  })

  it('a query past the memory and disk it may use is refused', async test => {
    const catalog = await openCatalog({ files: {}, memoryLimit: '60MB', temporaryDiskLimit: '10MB' })
    test.after(() => catalog.close())
    await assert.rejects(
      catalog.query('SELECT length(string_agg(md5(range::VARCHAR))) FROM range(6000000)'),
      {
        code: 'sql_out_of_memory',
        fault: 'user',
      },
    )
    assert.deepEqual((await catalog.query('SELECT 1 AS n')).rows, [{ n: 1 }])
  })

  it('a query that needs more than its memory spills, and nothing of that stays', async test => {
    const spillFolder = await temporaryFolder(test)
    const catalog = await openCatalog({ files: {}, temporaryFolder: spillFolder, memoryLimit: '40MB' })
    test.after(() => catalog.close())
    const { rows } = await catalog.query(
      'SELECT count(DISTINCT md5(range::VARCHAR)) AS n FROM range(1000000)',
    )
    assert.deepEqual(rows, [{ n: 1_000_000 }])
    assert.equal((await readdir(spillFolder)).length, 1)
    await catalog.close()
    assert.deepEqual(await readdir(spillFolder), [])
  })

  it('the first row by an order is found over a filtered file', async test => {
    const images = Array.from({ length: 5000 }, (_, i) => ({
      image_id: `image ${i}`,
      origin: `photo ${String(i).padStart(4, '0')}`,
      bytes: i,
      height: 3 + (i % 2),
      verdict: i % 5 === 0 ? 'rejected' : 'accepted',
    }))
    const catalog = await openCatalog({ files: await writeTables(await temporaryFolder(test), { images }) })
    test.after(() => catalog.close())
    const { rows } = await catalog.query(
      `SELECT origin, bytes, height FROM images WHERE verdict = 'accepted' AND height = 3
       QUALIFY row_number() OVER (ORDER BY origin) = 1`,
    )
    assert.deepEqual(rows, [{ origin: 'photo 0002', bytes: 2, height: 3 }])
  })
})
