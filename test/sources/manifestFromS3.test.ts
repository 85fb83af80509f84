import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadLabels } from '../../sources/labels/loadLabels.ts'
import { matchLabels } from '../../sources/labels/matchLabels.ts'
import { localFile } from '../../sources/localFile.ts'
import { openManifest } from '../../sources/openManifest.ts'
import { openStorage } from '../../storage/openStorage.ts'
import { memoryDatabase, rowsOf } from '../support/duckdb.ts'
import { s3ForTests } from '../support/s3Server.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const s3 = await s3ForTests()

test('photos, their list and their labels may all lie in a bucket', { skip: s3.skip }, async t => {
  const bucket = await s3.server.createBucket()
  const options = { ...s3.server.options, cacheFolder: await temporaryFolder(t) }
  const root = `s3://${bucket}/in box`
  const storage = openStorage(root, options)
  t.after(() => storage.close())
  await storage.write('rose/1 100%.jpg', '12345')
  await storage.write('lily/2.jpg', '1')
  await storage.write('labels.csv', 'file,label\nrose/1 100%.jpg,rose\n2.jpg,lily\n')
  await storage.write('list.csv', 'file\nrose/1 100%.jpg\n../outside.jpg\n')
  const connection = await memoryDatabase(t)

  const listed = await openManifest({ from: root, connection, storage: options })
  const rows = await Array.fromAsync(listed.rows)
  assert.deepEqual(rows.map(({ origin, bytes }) => [origin, bytes]).sort(), [
    [`${root}/lily/2.jpg`, 1],
    [`${root}/rose/1 100%.jpg`, 5],
  ])
  assert.ok(rows.every(({ etag, modified_at }) => etag !== null && modified_at !== null))
  assert.deepEqual(listed.report.skipped, { sidecar: { count: 2, examples: ['labels.csv', 'list.csv'] } })

  const named = await openManifest({ from: `${root}/list.csv`, connection, storage: options })
  assert.deepEqual(
    await Array.fromAsync(named.rows),
    rows.filter(({ origin }) => origin.includes('rose')),
  )
  assert.deepEqual(named.report.skipped, { outside_root: { count: 1, examples: ['../outside.jpg'] } })

  await loadLabels({ connection, path: await localFile(`${root}/labels.csv`, options) })
  await connection.run('CREATE TABLE images (origin VARCHAR, image_id VARCHAR)')
  for (const { origin } of rows)
    await connection.run('INSERT INTO images VALUES ($1, right($1, 5))', [origin])
  await matchLabels({ connection, images: 'images', root: listed.root })
  assert.deepEqual(await rowsOf(connection, 'SELECT image_id, label FROM matched_labels ORDER BY ALL'), [
    ['%.jpg', 'rose'],
    ['2.jpg', 'lily'],
  ])
})

test('a bucket that is missing and a prefix without a photo are clear mistakes', {
  skip: s3.skip,
}, async t => {
  const connection = await memoryDatabase(t)
  const read = async (from: string) =>
    Array.fromAsync((await openManifest({ from, connection, storage: s3.server.options })).rows)
  await assert.rejects(read('s3://imagehub-no-such-bucket/a'), { code: 'bucket_not_found' })
  await assert.rejects(read(`s3://${await s3.server.createBucket()}/empty`), { code: 'nothing_to_read' })
})
