import assert from 'node:assert/strict'
import { copyFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultRules } from '../../stages/inspect/defaultRules.ts'
import { drawnPhoto } from '../support/drawnPhotos.ts'
import { smallHub } from './smallHub.ts'

test('every origin ends in exactly one verdict, with a reason where it is not accepted', async t => {
  const small = await smallHub(t)
  const { run, manifest, verdicts, reasons, labels } = await small.ingest()
  assert.equal(manifest.candidates, 19)
  assert.deepEqual(verdicts, { accepted: 16, rejected: 3 })
  assert.deepEqual(reasons, { empty_file: 1, not_an_image: 1, truncated: 1 })
  assert.equal(labels?.match.labels, 19) // a refused picture is labelled all the same
  assert.deepEqual([run.stages[0]?.rows_in, run.stages[0]?.rows_out], [19, 19])
  assert.deepEqual(await small.rows('SELECT count(*) AS n, count(DISTINCT origin) AS origins FROM images'), [
    { n: 19, origins: 19 },
  ])
})

test('a second ingest of the same files reads nothing and makes no snapshot', async t => {
  const small = await smallHub(t)
  const first = await small.ingest()
  const second = await small.ingest()
  assert.deepEqual(second.verdicts, {})
  assert.equal(second.run.snapshot, first.run.snapshot)
  assert.deepEqual(second.run.rows_written, {})
})

test('only a changed, a touched and a new file are read again', async t => {
  const small = await smallHub(t)
  await small.ingest()
  await writeFile(join(small.photos, 'red/0.jpg'), await drawnPhoto('red', 50))
  await utimes(join(small.photos, 'red/1.jpg'), new Date(), new Date(Date.now() + 5000))
  await writeFile(join(small.photos, 'blue/new.jpg'), await drawnPhoto('blue', 51))
  const { verdicts } = await small.ingest()
  assert.deepEqual(verdicts, { accepted: 3 })
  assert.deepEqual(await small.rows('SELECT count(*) AS n, count(DISTINCT origin) AS origins FROM images'), [
    { n: 20, origins: 20 },
  ])
})

test('a file that could not be read is tried again by the next run', async t => {
  const small = await smallHub(t)
  const hidden = join(small.photos, 'red/0.jpg')
  const listing = { kind: 'csv', path: join(small.photos, 'all.csv') } as const
  await writeFile(
    listing.path,
    'file,bytes,modified_at\nred/0.jpg,1,2026-01-01T00:00:00Z\nred/1.jpg,1,2026-01-01T00:00:00Z\n',
  )
  await rm(hidden)
  const first = await small.ingest({ source: listing, labels: null })
  assert.deepEqual(first.verdicts, { accepted: 1, failed: 1 })
  assert.deepEqual(await small.rows('SELECT stage, code FROM failures'), [
    { stage: 'inspect', code: 'not_found' },
  ])
  await writeFile(hidden, await drawnPhoto('red', 0))
  const second = await small.ingest({ source: listing, labels: null })
  assert.deepEqual(second.verdicts, { accepted: 1 })
})

test('of two files with the same bytes the first keeps its place, also over runs', async t => {
  const small = await smallHub(t)
  await small.ingest()
  await copyFile(join(small.photos, 'red/3.jpg'), join(small.photos, 'blue/0-copy.jpg'))
  const { reasons } = await small.ingest()
  assert.deepEqual(reasons, { exact_duplicate: 1 })
  assert.deepEqual(
    await small.rows(
      "SELECT origin.split('/')[-1] AS name, verdict FROM images WHERE list_contains(reasons, 'exact_duplicate')",
    ),
    [{ name: '0-copy.jpg', verdict: 'rejected' }],
  )
})

test('of two files with one Open Images id and different bytes the second is refused', async t => {
  const small = await smallHub(t)
  await writeFile(join(small.photos, 'red/00aa11bb22cc33dd.jpg'), await drawnPhoto('red', 60))
  await writeFile(join(small.photos, 'blue/00aa11bb22cc33dd.jpg'), await drawnPhoto('blue', 61))
  const { reasons } = await small.ingest()
  assert.equal(reasons.duplicate_id, 1)
  assert.deepEqual(
    await small.rows("SELECT count(*) AS n FROM quality WHERE image_id = '00aa11bb22cc33dd'"),
    [{ n: 1 }],
  )
})

test('a corrected label file replaces what it said before, and leaves other sources alone', async t => {
  const small = await smallHub(t)
  await small.ingest()
  const csv = join(small.photos, 'labels.csv')
  const labels = { kind: 'csv', path: csv } as const
  const said = () =>
    small.rows(
      "SELECT label, source FROM annotations SEMI JOIN (FROM images WHERE origin LIKE '%/red/0.jpg') USING (image_id) ORDER BY ALL",
    )
  await writeFile(csv, 'file,label\nred/0.jpg,crimson\n')
  await small.ingest({ labels })
  assert.deepEqual(await said(), [
    { label: 'crimson', source: 'csv' },
    { label: 'red', source: 'folder' },
  ])
  await writeFile(csv, 'file,label\nred/0.jpg,scarlet\n')
  await small.ingest({ labels })
  assert.deepEqual(await said(), [
    { label: 'red', source: 'folder' },
    { label: 'scarlet', source: 'csv' },
  ])
})

test('thresholds decide: other rules give other verdicts on the same scores', async t => {
  const small = await smallHub(t)
  const { verdicts, reasons } = await small.ingest({
    rules: {
      version: 'strict',
      thresholds: { ...defaultRules.thresholds, min_short_side: 97, max_brightness: 0.2 },
    },
  })
  assert.equal(verdicts.accepted, undefined)
  assert.equal(reasons.too_small, 17) // the cut picture's header tells its size too
  assert.deepEqual(await small.rows('SELECT DISTINCT rules_version FROM images'), [
    { rules_version: 'strict' },
  ])
})

test('suppliers get a Parquet file of what was refused, and why', async t => {
  const small = await smallHub(t)
  const { run } = await small.ingest()
  const path = await small.hub.storage.localPath(`runs/${run.run_id}/refused.parquet`)
  const { withDuckdb } = await import('../../tables/duckdb.ts')
  const { readParquet } = await import('../../tables/sqlText.ts')
  const refused = await withDuckdb({}, async connection => {
    const result = await connection.runAndReadAll(
      `SELECT string_split(origin, '/')[-1], verdict, reasons FROM ${readParquet([path])} ORDER BY ALL`,
    )
    return result.getRowsJS()
  })
  assert.deepEqual(refused, [
    ['cut.jpg', 'rejected', ['truncated']],
    ['empty.jpg', 'rejected', ['empty_file']],
    ['page.jpg', 'rejected', ['not_an_image']],
  ])
})
