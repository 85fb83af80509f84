import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { smallHub } from '../../operations/smallHub.ts'
import { drawnPhoto } from '../../support/drawnPhotos.ts'

test('each accepted image gets one embedding, of the bytes that ingest saw', async t => {
  const small = await smallHub(t)
  await small.ingest()
  const run = await small.featurize()
  assert.deepEqual([run.stages[0]?.rows_in, run.rows_written.embeddings], [16, 16])
  assert.deepEqual(
    await small.rows(
      'SELECT count(*) AS n, min(len(embedding)) AS least, max(len(embedding)) AS most FROM embeddings JOIN images ON images.sha256 = image_sha256',
    ),
    [{ n: 16, least: 48, most: 48 }],
  )
  assert.equal((await small.featurize()).stages[0]?.rows_in, 0)
})

test('an image that is gone, damaged or changed since ends as a reason and is tried again', async t => {
  const small = await smallHub(t)
  await small.ingest()
  await rm(join(small.photos, 'red/0.jpg'))
  await writeFile(join(small.photos, 'red/1.jpg'), 'no picture any more')
  await writeFile(join(small.photos, 'red/2.jpg'), await drawnPhoto('red', 70))
  const run = await small.featurize()
  assert.deepEqual([run.rows_written.embeddings, run.rows_written.failures], [13, 3])
  assert.deepEqual(
    await small.rows("SELECT origin.split('/')[-1] AS name, code FROM failures ORDER BY name"),
    [
      { name: '0.jpg', code: 'not_found' },
      { name: '1.jpg', code: 'changed' },
      { name: '2.jpg', code: 'changed' },
    ],
  )
  await small.ingest()
  const again = await small.featurize()
  assert.equal(again.rows_written.embeddings, 1) // the new picture; the text was rejected, the gone file is still gone
  assert.equal(again.rows_written.failures, 1)
})

test('a picture that changed under its Open Images id is embedded again', async t => {
  const small = await smallHub(t)
  const path = join(small.photos, 'red/00aa11bb22cc33dd.jpg')
  const embedding = () =>
    small.rows("SELECT embedding[1:6] AS start FROM embeddings WHERE image_id = '00aa11bb22cc33dd'")
  await writeFile(path, await drawnPhoto('red', 80))
  await small.ingest()
  await small.featurize()
  const before = await embedding()
  await writeFile(path, await drawnPhoto('blue', 81))
  await small.ingest()
  await small.featurize()
  const after = await embedding()
  assert.equal(after.length, 1)
  assert.notDeepEqual(after, before)
})
