import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type ExportOptions, exportRows } from '../../../operations/export/exportRows.ts'
import { openStorage } from '../../../storage/openStorage.ts'
import { withDuckdb } from '../../../tables/duckdb.ts'
import { readParquet } from '../../../tables/sqlText.ts'
import { drawnPhoto, writeFiles } from '../../support/drawnPhotos.ts'
import { s3ForTests } from '../../support/s3Server.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { never, smallHub } from '../smallHub.ts'

const s3 = await s3ForTests()

/** A hub that has read 16 good photos and 3 bad ones, and what exports below a folder beside it. */
async function filled(t: TestContext, more: ReadonlyMap<string, Uint8Array | string> = new Map()) {
  const small = await smallHub(t)
  await writeFiles(small.photos, more)
  await small.ingest()
  const folder = await temporaryFolder(t)
  const exported = (sql: string, options: Partial<ExportOptions> = {}) =>
    exportRows({
      hub: small.hub,
      question: { sql },
      to: join(folder, 'rows.parquet'),
      signal: never,
      ...options,
    })
  return { ...small, folder, exported }
}

async function readBack(path: string, sql = 'SELECT *'): Promise<Record<string, unknown>[]> {
  return await withDuckdb({}, async connection => {
    const reader = await connection.runAndReadAll(`${sql} FROM ${readParquet([path])}`)
    return reader.getRowObjectsJson() as Record<string, unknown>[]
  })
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

test('an export is a run that changes no table, leaves nothing of its work, and replaces what it wrote before', async t => {
  const { hub, folder, exported, rows } = await filled(t)
  const before = await hub.latestSnapshot()
  const first = await exported('SELECT origin, verdict FROM images ORDER BY origin')
  assert.deepEqual([first.rows, first.images], [19, null])
  assert.equal(first.bytes, (await stat(join(folder, 'rows.parquet'))).size)
  const second = await exported('SELECT count(*) AS n FROM images', { limit: 1 })
  assert.deepEqual(await readBack(fileURLToPath(second.to)), [{ n: '19' }])
  assert.deepEqual(await hub.latestSnapshot(), before)
  assert.deepEqual(await readdir(folder), ['rows.parquet'])
  await assert.rejects(readdir(join(hub.workFolder, 'rows.parquet')), { code: 'ENOENT' })
  const { run } = second
  assert.deepEqual(
    [run.state, run.rows_written, run.snapshot, run.exported],
    ['committed', {}, before?.id, { to: second.to, rows: 1, bytes: second.bytes, images: null }],
  )
  assert.deepEqual(run.parameters, { sql: 'SELECT count(*) AS n FROM images', to: second.to, limit: 1 })
  assert.deepEqual(
    await rows("SELECT count(*) AS n FROM runs WHERE command = 'export' AND state = 'committed'"),
    [{ n: 2 }],
  )
})

test('a named query is exported with its parameters', async t => {
  const { exported, folder } = await filled(t)
  const question = { query: 'labelled_images', parameters: { label: 'RED' } }
  const { rows, run } = await exported('', { question })
  assert.equal(rows, 8)
  assert.deepEqual(run.parameters.param, ['label=RED'])
  const read = await readBack(join(folder, 'rows.parquet'), 'SELECT DISTINCT label')
  assert.deepEqual(read, [{ label: 'red' }])
})

test('pictures come byte by byte as they were, in folders by class, once each; a second time none is read', async t => {
  const { exported, folder, photos, rows } = await filled(t)
  const images = join(folder, 'images')
  const sql = 'SELECT a.label, i.origin FROM images i JOIN annotations a USING (image_id) ORDER BY ALL'
  const first = await exported(sql, { images })
  assert.deepEqual([first.images?.copied, first.images?.present, first.images?.failed], [16, 0, 0])
  const known = await rows(
    "SELECT image_id, sha256, split_part(origin, '/', -2) AS label FROM images WHERE verdict = 'accepted'",
  )
  const found = await filesBelow(images)
  assert.deepEqual(found, known.map(({ image_id, label }) => `${label}/${image_id}.jpg`).sort())
  for (const { image_id, sha256, label } of known) {
    const bytes = await readFile(join(images, String(label), `${image_id}.jpg`))
    assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256)
  }
  const lost = found[0] ?? ''
  await writeFile(join(images, lost), 'cut')
  await rm(join(photos, 'red'), { recursive: true })
  await rm(join(photos, 'blue/7.jpg'))
  const second = await exported(sql, { images })
  assert.deepEqual([second.images?.copied, second.images?.present, second.images?.failed], [1, 15, 0])
  assert.ok((await stat(join(images, lost))).size > 3)
})

test('folders can be of any column, or none, where a picture of several rows is one', async t => {
  const { exported, folder } = await filled(t)
  const sql = "SELECT origin, i AS fold, 'x' AS label FROM images, range(2) r(i) WHERE verdict = 'accepted'"
  const two = await exported(sql, { images: join(folder, 'two'), folders: 'fold' })
  assert.equal(two.images?.copied, 32)
  assert.deepEqual(await readdir(join(folder, 'two')), ['0', '1'])
  const one = await exported(sql, { images: join(folder, 'one'), folders: 'none' })
  assert.equal(one.images?.copied, 16)
  assert.equal((await readdir(join(folder, 'one'))).length, 16)
})

test('labels of suppliers stay below the target, and no label means no folder', async t => {
  const { exported, folder } = await filled(t)
  const sql = `SELECT origin, CASE row_number() OVER (ORDER BY origin) WHEN 1 THEN '../../etc' WHEN 2 THEN '/etc' WHEN 3 THEN '..'
    WHEN 4 THEN NULL WHEN 5 THEN '' ELSE 'a/b' END AS label FROM images WHERE verdict = 'accepted'`
  const { images } = await exported(sql, { images: join(folder, 'deep/images') })
  assert.deepEqual([images?.copied, images?.failed], [16, 0])
  assert.deepEqual(await readdir(folder), ['deep', 'rows.parquet'])
  const folders = (await readdir(join(folder, 'deep/images'))).map(name =>
    name.replace(/^\w{16}\.jpg$/, 'ID'),
  )
  assert.deepEqual(folders.sort(), ['%', '%2E%2E', '%2E.%2F..%2Fetc', '%2Fetc', 'ID', 'a%2Fb'])
})

test('only accepted pictures are copied, unless the query asks for the verdict', async t => {
  const { exported, folder } = await filled(t)
  const quiet = await exported('SELECT origin FROM images', { images: join(folder, 'a') })
  assert.deepEqual([quiet.images?.copied, quiet.images?.notAccepted, quiet.images?.failed], [16, 3, 0])
  const asked = await exported("SELECT origin, verdict FROM images WHERE verdict = 'rejected'", {
    images: join(folder, 'b'),
    folders: 'verdict',
  })
  assert.deepEqual([asked.rows, asked.images?.notAccepted], [3, 0])
  assert.equal((asked.images?.copied ?? 0) + (asked.images?.failed ?? 0), 3)
})

test('an origin that is gone or changed, or that the hub does not know, is named, and the others are copied', async t => {
  const { exported, folder, photos } = await filled(t)
  await rm(join(photos, 'red/0.jpg'))
  await writeFile(join(photos, 'red/1.jpg'), await drawnPhoto('red', 77))
  await writeFile(join(photos, 'secret.txt'), 'secret')
  const sql = `SELECT origin FROM images WHERE verdict = 'accepted' UNION ALL SELECT '${join(photos, 'secret.txt')}'`
  const { images, run } = await exported(sql, { images: join(folder, 'images') })
  assert.deepEqual([images?.copied, images?.failed], [14, 3])
  assert.deepEqual(
    images?.failures.map(({ origin, code }) => `${origin.replace(/.*\//, '')} ${code}`).sort(),
    ['0.jpg not_found', '1.jpg origin_changed', 'secret.txt unknown_image'],
  )
  assert.equal(run.state, 'committed')
  assert.equal(run.exported?.images?.failed, 3)
})

test('two files with the same picture are one', async t => {
  const { exported, folder } = await filled(t, new Map([['red/twin.jpg', await drawnPhoto('red', 0)]]))
  const sql = "SELECT origin, verdict FROM images WHERE regexp_matches(origin, 'red/(twin|[0-9])')"
  const { rows, images } = await exported(sql, { images: join(folder, 'images'), folders: 'none' })
  assert.deepEqual([rows, images?.copied, images?.failed], [9, 8, 0])
})

test('a mistake ends before anything is written, and says what to do', async t => {
  const { hub, exported, folder } = await filled(t)
  await mkdir(join(folder, 'folder.parquet'))
  const own = join(fileURLToPath(hub.storage.root), 'tables/images/x.parquet')
  const file = join(folder, 'file')
  await writeFile(file, '')
  const cases: [Partial<ExportOptions> & { readonly sql?: string }, string, RegExp][] = [
    [{ question: { query: 'nope' } }, 'unknown_query', /no query named nope/],
    [{ question: { query: 'labelled_images', parameters: { lable: 'x' } } }, 'unknown_parameter', /lable/],
    [{ question: {} }, 'usage', /either/],
    [{ sql: 'DROP VIEW images' }, 'sql_not_allowed', /DROP/],
    [{ sql: 'EXPLAIN SELECT 1' }, 'sql_not_allowed', /EXPLAIN/],
    [{ sql: 'SELECT nope FROM images' }, 'sql_error', /nope/],
    [{ to: join(folder, 'folder.parquet') }, 'bad_target', /is a folder/],
    [{ to: folder }, 'bad_target', /no \.parquet file/],
    [{ to: `${folder}/` }, 'bad_target', /no \.parquet file/],
    [{ to: join(folder, 'a.csv') }, 'bad_target', /no \.parquet file/],
    [{ to: own }, 'bad_target', /the hub's own files/],
    [{ to: 'ftp://x/a.parquet' }, 'unknown_scheme', /ftp/],
    [{ to: join(file, 'a.parquet') }, 'not_found', /a file, not a folder/],
    [{ images: file }, 'bad_target', /is a file/],
    [{ images: join(fileURLToPath(hub.storage.root), 'models') }, 'bad_target', /own files/],
    [{ sql: 'SELECT image_id FROM images', images: join(folder, 'i') }, 'missing_column', /no column origin/],
    [
      { sql: 'SELECT origin FROM images', images: join(folder, 'i'), folders: 'color' },
      'missing_column',
      /color/,
    ],
  ]
  for (const [{ sql = 'SELECT 1 AS a', ...options }, code, message] of cases)
    await assert.rejects(exported(sql, options), { code, message, fault: 'user' }, code)
  assert.deepEqual((await readdir(folder)).sort(), ['file', 'folder.parquet'])
  // It may go where nothing of the hub is.
  const allowed = join(fileURLToPath(hub.storage.root), 'exports/a.parquet')
  assert.equal((await exported('SELECT 1 AS a', { to: allowed })).rows, 1)
})

test('who stops an export finds the old file, and a record that says so', async t => {
  const { hub, exported, folder } = await filled(t)
  await exported('SELECT 1 AS a')
  const stop = new AbortController()
  const running = exported(
    'SELECT count(*) AS n FROM range(10000000) a, range(10000000) b WHERE hash(a.range, b.range) = 1',
    {
      signal: stop.signal,
    },
  )
  setTimeout(() => stop.abort(new Error('enough')), 300)
  await assert.rejects(running, /enough/)
  assert.deepEqual(await readBack(join(folder, 'rows.parquet')), [{ a: 1 }])
  const failed = (await hub.runs()).filter(({ state }) => state === 'failed')
  assert.deepEqual(
    failed.map(({ command, error }) => [command, error?.message]),
    [['export', 'enough']],
  )
})

test('an empty hub exports empty tables with their types', async t => {
  const { hub } = await smallHub(t)
  const folder = await temporaryFolder(t)
  const to = join(folder, 'e.parquet')
  const { rows, columns, images } = await exportRows({
    hub,
    question: { sql: 'SELECT e.embedding, origin FROM embeddings e JOIN images USING (image_id)' },
    to,
    images: join(folder, 'i'),
    signal: never,
  })
  assert.equal(rows, 0)
  assert.deepEqual(
    columns.map(({ type }) => type),
    ['FLOAT[]', 'VARCHAR'],
  )
  assert.equal(images?.copied, 0)
  assert.deepEqual(await readBack(to), [])
})

test('to S3 goes the same, and a bucket that is not there is a mistake', { skip: s3.skip }, async t => {
  const { exported, folder } = await filled(t)
  const bucket = await s3.server.createBucket()
  const targetStorage = s3.server.options
  const sql = "SELECT origin, 'a/b' AS label FROM images ORDER BY origin"
  const images = `s3://${bucket}/out/pictures`
  const to = `s3://${bucket}/out/rows.parquet`
  const first = await exported(sql, { to, images, targetStorage })
  assert.deepEqual([first.to, first.images?.copied], [to, 16])
  const second = await exported(sql, { to, images, targetStorage })
  assert.deepEqual([second.images?.copied, second.images?.present], [0, 16])
  const storage = openStorage(`s3://${bucket}`, targetStorage)
  t.after(() => storage.close())
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  assert.equal(keys.filter(key => key.startsWith('out/pictures/a%2Fb/')).length, 16)
  assert.equal(keys.length, 17)
  const local = join(folder, 'back.parquet')
  await writeFile(local, await storage.read('out/rows.parquet'))
  assert.equal((await readBack(local)).length, 19)
  await exported('SELECT 1 AS a', { to: `s3://${bucket}/top.parquet`, targetStorage })
  assert.ok(await storage.stat('top.parquet'))
  for (const wrong of [
    { to: 's3://no-such-bucket-here/a.parquet' },
    { images: 's3://no-such-bucket-here/a' },
  ])
    await assert.rejects(exported(sql, { ...wrong, targetStorage }), {
      code: 'bucket_not_found',
      fault: 'user',
    })
  await storage.write('folder.parquet/part-0.parquet', 'x')
  await assert.rejects(exported(sql, { to: `s3://${bucket}/folder.parquet`, targetStorage }), {
    code: 'bad_target',
    message: /is a folder/,
  })
})
