import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type OpenManifestOptions, openManifest } from '../../sources/openManifest.ts'
import { memoryDatabase } from '../support/duckdb.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

async function read(
  t: Parameters<typeof temporaryFolder>[0],
  csv: string,
  options: Partial<OpenManifestOptions> = {},
) {
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'b'))
  await writeFile(join(folder, 'a.jpg'), '12345')
  await writeFile(join(folder, 'b/c d.jpg'), '1')
  await writeFile(join(folder, 'list.csv'), csv)
  const manifest = await openManifest({
    from: join(folder, 'list.csv'),
    connection: await memoryDatabase(t),
    ...options,
  })
  const rows = await Array.fromAsync(manifest.rows)
  return {
    rows,
    report: manifest.report,
    root: manifest.root,
    uri: (file: string) => pathToFileURL(join(folder, file)).href,
  }
}

test('relative paths, URIs and the optional columns of a CSV become rows in its order', async t => {
  const { rows, uri, root } = await read(
    t,
    'file,size,ETag,Last Modified,supplier,submission_id\n' +
      'b/c d.jpg,17,"""abc""",2024-05-01T10:00:00Z,ann,s1\n' +
      's3://bucket/key.jpg,,,2024-05-01 10:00:00.123456,,\n' +
      'a.jpg,,,,,\n',
    { supplierId: 'default' },
  )
  assert.equal(root, uri('.').replace(/\/\.?$/, ''))
  const modified = Date.UTC(2024, 4, 1, 10) * 1000
  assert.deepEqual(rows.slice(0, 2), [
    {
      origin: uri('b/c d.jpg'),
      bytes: 17,
      etag: 'abc',
      modified_at: modified,
      supplier_id: 'ann',
      submission_id: 's1',
    },
    {
      origin: 's3://bucket/key.jpg',
      bytes: null,
      etag: null,
      modified_at: modified + 123_000,
      supplier_id: 'default',
      submission_id: null,
    },
  ])
  assert.equal(rows[2]?.bytes, 5, 'what the CSV does not say is asked of the file system')
  assert.notEqual(rows[2]?.modified_at, null)
})

test('rows that name nothing readable, or a file outside, are counted and left out; an origin named twice counts once', async t => {
  const { rows, report, uri } = await read(
    t,
    'path\na.jpg\n./a.jpg\n../../etc/passwd\n/etc/passwd\nhttps://host/x.jpg\n"  "\nabsent.jpg\nbad,row\n',
  )
  assert.deepEqual(
    rows.map(row => row.origin),
    [uri('a.jpg'), uri('absent.jpg')],
  )
  assert.deepEqual(report, {
    candidates: 2,
    bytes: 5,
    skipped: {
      'unreadable row: too many columns': { count: 1, examples: ['line 9'] },
      outside_root: { count: 2, examples: ['../../etc/passwd', '/etc/passwd'] },
      unknown_scheme: { count: 1, examples: ['https://host/x.jpg'] },
      no_origin: { count: 1, examples: ['  '] },
      duplicate_origin: { count: 1, examples: [uri('a.jpg')] },
    },
  })
})

test('an S3 inventory without a header line, keys URL-encoded', async t => {
  const { rows } = await read(t, '"photos","a+b%20%C3%BC.jpg","12","2024-05-01T10:00:00.000Z","e1"\n', {
    header: ['Bucket', 'Key', 'Size', 'LastModifiedDate', 'ETag'],
  })
  assert.deepEqual(rows, [
    {
      origin: 's3://photos/a b ü.jpg',
      bytes: 12,
      etag: 'e1',
      modified_at: Date.UTC(2024, 4, 1, 10) * 1000,
      supplier_id: null,
      submission_id: null,
    },
  ])
})

test('a CSV of more than one page keeps its order', async t => {
  const count = 25_000
  const { rows, report } = await read(
    t,
    `uri\n${Array.from({ length: count }, (_, i) => `s3://bucket/${i}.jpg`).join('\n')}`,
  )
  assert.equal(report.candidates, count)
  assert.deepEqual(
    rows.map(row => row.origin),
    Array.from({ length: count }, (_, i) => `s3://bucket/${i}.jpg`),
  )
})

test('a CSV without an origin column or without rows is a clear mistake', async t => {
  await assert.rejects(read(t, 'name,size\na.jpg,1\n'), {
    code: 'missing_column',
    message: /it has name, size/,
    fault: 'user',
  })
  await assert.rejects(read(t, 'file\n'), { code: 'nothing_to_read' })
  await assert.rejects(read(t, 'file\n../x\n'), { code: 'nothing_to_read', message: /1 outside_root/ })
})
