import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import type { IngestResult } from '../operations/ingest.ts'
import { commandLine } from './support/commandLine.ts'
import { drawnPhoto, writeFiles, writePixelModel } from './support/drawnPhotos.ts'
import { temporaryFolder } from './support/temporaryFolder.ts'

test('a picture that crashes the decoder costs one run, then has a verdict or a reason and is left alone', async t => {
  const folder = await temporaryFolder(t)
  const [photos, hub, model] = [join(folder, 'photos'), join(folder, 'hub'), join(folder, 'pixels.onnx')]
  const names = ['a.jpg', 'b.jpg', 'poison.jpg', 'd.jpg']
  for (const [number, name] of names.entries())
    await writeFiles(photos, new Map([[name, await drawnPhoto('red', number)]]))
  await writePixelModel(model)
  const sound = await commandLine(t)
  const preload = pathToFileURL(join(import.meta.dirname, 'support/poison.ts')).href
  const poisoned = sound.with({ NODE_OPTIONS: `--import=${preload}` })
  const ingest = ['ingest', '--hub', hub, '--from', photos] as const
  await sound.json(0, 'models', 'import', '--from', model, '--id', 'pixels', '--hub', hub)

  assert.equal((await poisoned.run(...ingest)).code, null, 'a signal ended it')
  const { verdicts, reasons } = await poisoned.json<IngestResult>(0, ...ingest)
  assert.deepEqual([verdicts, reasons], [{ accepted: 3, rejected: 1 }, { crashed_decoder: 1 }])
  assert.deepEqual((await poisoned.json<IngestResult>(0, ...ingest)).verdicts, {})

  // Ingested by a decoder that bears it, featurized by one that does not.
  const other = join(folder, 'other')
  await sound.json(0, 'models', 'import', '--from', model, '--id', 'pixels', '--hub', other)
  await sound.json(0, 'ingest', '--hub', other, '--from', photos)
  const featurize = ['featurize', '--hub', other, '--model', 'pixels'] as const
  assert.equal((await poisoned.run(...featurize)).code, null)
  assert.equal((await poisoned.run(...featurize)).code, 0)
  const again = await poisoned.run(...featurize)
  assert.deepEqual([again.code, again.stderr], [0, ''])
  const sql = `SELECT (SELECT count(*)::INT FROM embeddings) AS embedded, string_agg(code || ' ' || parse_filename(origin)) AS failed FROM failures`
  const { stdout } = await sound.run('sql', '--hub', other, sql, '--format', 'json')
  assert.deepEqual(JSON.parse(stdout), [{ embedded: 3, failed: 'crashed_decoder poison.jpg' }])
})
