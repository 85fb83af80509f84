import assert from 'node:assert/strict'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { type LoadCsvOptions, loadCsv } from '../../../sources/csv/loadCsv.ts'
import { memoryDatabase, rowsOf } from '../../support/duckdb.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

const wanted = {
  image: { names: ['file'], required: true },
  label: { names: ['label', 'class'], required: true },
  note: { names: ['note'] },
}

async function load(
  t: TestContext,
  content: string | Buffer,
  options: Partial<LoadCsvOptions<keyof typeof wanted>> = {},
) {
  const connection = await memoryDatabase(t)
  const path = join(await temporaryFolder(t), 'a*b[1]?.csv') // each a pattern, were it given to read_csv
  await writeFile(path, content)
  const report = await loadCsv({ connection, path, table: 'loaded', wanted, ...options })
  return { report, rows: await rowsOf(connection, 'SELECT image, label FROM loaded') }
}

const rows = [
  ['a', 'é'],
  ['b', 'x, y'],
]
const text = (delimiter: string, end: string) =>
  ['file,label', 'a,é', 'b,"x, y"'].map(line => line.replace(',', delimiter)).join(end) + end

const readable: Record<string, string | Buffer> = {
  'comma and LF': text(',', '\n'),
  'semicolon and CRLF': text(';', '\r\n'),
  'tab and old Mac line ends': text('\t', '\r'),
  'CRLF and LF mixed': text(',', '\n').replace('\n', '\r\n'),
  'a byte order mark': `\uFEFF${text(',', '\n')}`,
  'a byte order mark and CRLF': `\uFEFF${text(';', '\r\n')}`,
  'UTF-16 little endian': Buffer.from(`\uFEFF${text(',', '\r\n')}`, 'utf16le'),
  'UTF-16 big endian': Buffer.from(`\uFEFF${text(',', '\n')}`, 'utf16le').swap16(),
  'Windows-1252': Buffer.from(text(',', '\n'), 'latin1'),
  'blank lines before and between': `\n  \n${text(',', '\n\n')}`,
  'no line end at the end': text(',', '\n').trimEnd(),
  'other columns around and names in other forms': 'x,FILE, Label ,y\n1,a,é,2\n1,b,"x, y",2\n',
}
for (const [name, content] of Object.entries(readable))
  test(`a CSV is read as its writer meant it: ${name}`, async t => {
    const loaded = await load(t, content)
    assert.deepEqual(loaded.rows, rows)
    assert.deepEqual(loaded.report.unreadable, [])
  })

test('a header given by the caller makes the first line a row', async t => {
  const loaded = await load(t, '\uFEFFa,é\r\nb,"x, y"\r\n', { header: ['file', 'label'] })
  assert.deepEqual(loaded.rows, rows)
  await assert.rejects(load(t, 'a,b,c\n', { header: ['file', 'label'] }), {
    code: 'wrong_columns',
    message: /3 columns, 2 were named/,
  })
})

test('a column that a person names is taken, however usual others are', async t => {
  const loaded = await load(t, 'file,label,what\na,no,é\nb,no,"x, y"\n', { explicit: { label: 'What' } })
  assert.deepEqual(loaded.rows, rows)
  assert.deepEqual(loaded.report.columns, { image: 'file', label: 'what' })
})

test('rows that are no CSV are put aside and counted with their lines', async t => {
  const { report, rows } = await load(
    t,
    `file,label\na\nb,c,d\ne,f\nlong,${'x'.repeat(3_000_000)}\ng,h\ni,"no end\nj,k\n`,
  )
  assert.deepEqual(rows, [
    ['e', 'f'],
    ['g', 'h'],
  ])
  assert.deepEqual(report.unreadable, [
    { kind: 'line size over maximum', count: 1, lines: [5] },
    { kind: 'missing columns', count: 1, lines: [2] },
    { kind: 'too many columns', count: 1, lines: [3] },
    { kind: 'unquoted value', count: 1, lines: [7] },
  ])
})

test('what is no CSV of the wanted columns is a clear mistake of the user', async t => {
  const mistakes: [string | Buffer, string, RegExp][] = [
    ['', 'not_csv', /is empty/],
    ['\n \n', 'not_csv', /no line/],
    ['\n'.repeat(2_000_000), 'not_csv', /no line/],
    [' '.repeat(2_000_000), 'not_csv', /no line/],
    [`${'long '.repeat(10_000)},b\n`, 'missing_column', /it has (long ){12}…, b$/],
    [Buffer.from([0x89, 0x50, 0, 0]), 'not_csv', /binary/],
    ['x'.repeat(3_000_000), 'not_csv', /no line/],
    ['file,label\na\nb\n', 'not_csv', /2 x missing columns \(lines 2, 3\)/],
    ['<html>\n<p>404</p>\n', 'missing_column', /no column for image.*it has <html>/],
    [
      'file,name\na,b\n',
      'missing_column',
      /no column for label: none is called label, class; it has file, name/,
    ],
    ['file,label,label\na,b,c\n', 'duplicate_column', /more than one column called label/],
  ]
  for (const [content, code, message] of mistakes)
    await assert.rejects(load(t, content), { code, message, fault: 'user' })
  await assert.rejects(load(t, Buffer.from([0x1f, 0x8b, 8, 0, 0])), { code: 'not_csv', hint: /gzip/ })
  await assert.rejects(load(t, 'file,label\n', { explicit: { label: 'nope' } }), {
    code: 'missing_column',
    message: /called nope/,
  })
})

test('a missing file, a folder and a file without permission are clear mistakes', async t => {
  const connection = await memoryDatabase(t)
  const folder = await temporaryFolder(t)
  const read = (name: string) => loadCsv({ connection, path: join(folder, name), table: 'loaded', wanted })
  await assert.rejects(read('absent.csv'), { code: 'not_found', message: /absent.csv/ })
  await mkdir(join(folder, 'folder.csv'))
  await assert.rejects(read('folder.csv'), { code: 'not_a_file' })
  await symlink(join(folder, 'loop.csv'), join(folder, 'loop.csv'))
  await assert.rejects(read('loop.csv'), { code: 'not_found' })
  if (process.getuid?.() === 0) return // root may read everything
  await writeFile(join(folder, 'locked.csv'), 'file,label\n')
  await chmod(join(folder, 'locked.csv'), 0)
  await assert.rejects(read('locked.csv'), { code: 'access_denied' })
})

test('whatever is written as quoted CSV comes back, in order', async t => {
  const connection = await memoryDatabase(t)
  const path = join(await temporaryFolder(t), 'any.csv')
  // Empty cells come back as NULL; \0 makes a file binary; a lone surrogate has no UTF-8; \r is read as \n.
  const cell = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter(value => !/[\0\r]/.test(value))
  const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n'),
      async (rows, delimiter, end) => {
        const quote = (value: string) => `"${value.replaceAll('"', '""')}"`
        const lines = [['file', 'label'], ...rows].map(row => row.map(quote).join(delimiter))
        await writeFile(path, lines.join(end) + end)
        const report = await loadCsv({ connection, path, table: 'loaded', wanted })
        assert.equal(report.rows, rows.length)
        assert.deepEqual(await rowsOf(connection, 'SELECT image, label FROM loaded'), rows)
      },
    ),
    { numRuns: 60 },
  )
})
