import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import type { QueryResult } from '../../catalog/Catalog.ts'
import { displayWidth, formatStream, formatTable } from '../../catalog/formatRows.ts'

const result = (rows: QueryResult['rows'], types: Record<string, string>): QueryResult => ({
  columns: Object.entries(types).map(([name, type]) => ({ name, type })),
  rows,
  truncated: false,
})

const anyText = fc.string({ unit: 'binary' })

describe('formatTable', () => {
  it('aligns text to the left, numbers to the right, and counts the rows', () => {
    const table = formatTable(
      result(
        [
          { label: '/m/07yv9', images: 7, share: 0.123456789 },
          { label: '/m/0k4j', images: 1200, share: null },
        ],
        { label: 'VARCHAR', images: 'BIGINT', share: 'DOUBLE' },
      ),
    )
    assert.equal(
      table,
      [
        'label     images     share',
        '--------  ------  --------',
        '/m/07yv9       7  0.123457',
        '/m/0k4j     1200',
        '(2 rows)',
        '',
      ].join('\n'),
    )
  })

  it('says when there are more rows than it shows', () => {
    const table = formatTable({ ...result([{ a: 1 }], { a: 'INTEGER' }), truncated: true })
    assert.match(table, /\(the first 1 row, there are more\)/)
  })

  it('shortens the widest column to the width of the terminal, a URI at its beginning', () => {
    const table = formatTable(
      result(
        [
          { id: 'ab12', origin: `s3://photos/${'x'.repeat(200)}/1.jpg` },
          { id: 'cd34', origin: 'The file ends before the picture does. '.repeat(9) },
        ],
        { id: 'VARCHAR', origin: 'VARCHAR' },
      ),
      { width: 40 },
    )
    const lines = table.split('\n')
    assert.ok(lines.every(line => displayWidth(line) <= 40))
    assert.match(lines[2] ?? '', /^ab12 {2}…x+\/1\.jpg$/)
    assert.match(lines[3] ?? '', /^cd34 {2}The file ends [a-z ]+…$/)
  })

  it('counts wide characters as the two columns they take', () => {
    const table = formatTable(
      result(
        [
          { name: '花', n: 'x' },
          { name: 'abcd', n: 'y' },
        ],
        { name: 'VARCHAR', n: 'VARCHAR' },
      ),
    )
    assert.equal(displayWidth('花e\u0301'), 3)
    assert.match(table, /^花 {4}x$/m)
  })

  it('lets no control character, line break or change of direction of a cell through', () => {
    const hostile = '\u001b[2J\u001b]0;title\u0007a\r\nb\u202ec\u009b31m'
    const table = formatTable(result([{ [hostile]: hostile }], { [hostile]: 'VARCHAR' }))
    assert.equal(table.split('\n').length, 5)
    assert.match(table, /\\u\{1b\}\[2J/)
    fc.assert(
      fc.property(anyText, text => {
        const lines = formatTable(result([{ a: text }], { a: 'VARCHAR' }), { width: 60 }).split('\n')
        assert.equal(lines.length, 5)
        assert.doesNotMatch(lines.join(''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})

/** The text of a result that comes in batches. */
async function streamed(
  format: 'csv' | 'json',
  columns: readonly string[],
  ...batches: readonly QueryResult['rows'][number][][]
): Promise<string> {
  const described = columns.map(name => ({ name, type: 'VARCHAR' }))
  const parts = formatStream(
    format,
    described,
    (async function* () {
      yield* batches
    })(),
  )
  return (await Array.fromAsync(parts)).join('')
}

describe('csv', () => {
  it('keeps null, empty text, quotes and line breaks apart', async () => {
    const row = { a: null, b: '', c: 'x "y"\r\nz', d: ['p', 'q'] }
    const csv = await streamed('csv', ['a', 'b', 'c', 'd'], [row])
    assert.equal(csv, 'a,b,c,d\r\n,"","x ""y""\r\nz","[""p"",""q""]"\r\n')
  })

  it('is read back as it was by an independent parser', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyText, anyText), { minLength: 1 }), async pairs => {
        const rows = pairs.map(([a, b]) => ({ a, b }))
        const csv = await streamed('csv', ['a', 'b'], rows)
        assert.deepEqual(parse(csv, { record_delimiter: '\r\n' }), [['a', 'b'], ...pairs])
      }),
    )
  })

  it('has one header, however many batches there are', async () => {
    const csv = await streamed('csv', ['a'], [{ a: 1 }, { a: 2 }], [], [{ a: 3 }])
    assert.equal(csv, 'a\r\n1\r\n2\r\n3\r\n')
    assert.equal(await streamed('csv', ['a']), 'a\r\n')
  })
})

describe('json', () => {
  it('is one array of row objects, whatever the batches', async () => {
    const rows = [
      { a: 1, b: null },
      { a: 2, b: ['x'] },
      { a: 3, b: '' },
    ]
    assert.deepEqual(JSON.parse(await streamed('json', ['a', 'b'], rows)), rows)
    assert.deepEqual(
      JSON.parse(await streamed('json', ['a', 'b'], [], rows.slice(0, 1), [], rows.slice(1))),
      rows,
    )
  })

  it('is an empty array for no rows', async () => {
    assert.equal(await streamed('json', ['a']), '[]\n')
    assert.equal(await streamed('json', ['a'], []), '[]\n')
  })
})
