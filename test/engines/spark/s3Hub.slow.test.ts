import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { defaultCacheFolder } from '../../../storage/defaultCacheFolder.ts'
import { fileUri } from '../../../storage/location.ts'
import { openStorage } from '../../../storage/openStorage.ts'
import { type CommandLine, commandLine } from '../../support/commandLine.ts'
import { drawnPhotos, writeFiles, writePixelModel } from '../../support/drawnPhotos.ts'
import { hubTables } from '../../support/hubTables.ts'
import { s3ForTests } from '../../support/s3Server.ts'
import { sparkForTests } from '../../support/spark.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

const s3 = await s3ForTests()
const spark = await sparkForTests(['4.0'])

/** What `train --json` prints. */
interface Trained {
  readonly objective: number
  readonly metrics: { readonly accuracy: unknown }
  readonly n_train: number
  readonly n_test: number
  readonly run: { readonly engine: string }
}

test('a hub in S3 lives on Spark by the command line, has the tables of a local one, and keeps nothing of the work', {
  skip: s3.skip || spark.skip,
}, async t => {
  const folder = await temporaryFolder(t)
  const photos = await drawnPhotos()
  await writeFiles(join(folder, 'photos'), photos)
  const model = join(folder, 'pixels.onnx')
  await writePixelModel(model)
  const bucket = await s3.server.createBucket()
  const storage = openStorage(`s3://${bucket}`, s3.server.options)
  t.after(() => storage.close())
  for (const [path, body] of photos) await storage.write(`photos/${path}`, body)

  const live = async (hub: string, from: string, line: CommandLine, ...more: string[]) => {
    await line.json(0, 'models', 'import', '--from', model, '--id', 'pixels', '--hub', hub)
    await line.json(0, 'ingest', '--hub', hub, '--from', from, '--labels', 'folder', ...more)
    await line.json(0, 'featurize', '--hub', hub, '--model', 'pixels', ...more)
  }
  const local = join(folder, 'hub')
  const here = await commandLine(t)
  await live(local, join(folder, 'photos'), here)
  // Spark itself is in the cache of whoever runs the tests.
  const line = await commandLine(t, { ...s3.server.environment, IMAGEHUB_CACHE: defaultCacheFolder() })
  const hub = `s3://${bucket}/hub`
  const onSpark = ['--engine', 'spark', '--master', 'local[2]']
  await live(hub, `s3://${bucket}/photos`, line, ...onSpark)
  const access = { root: `s3://${bucket}/photos`, storage: { ...s3.server.options, cacheFolder: line.home } }
  assert.deepEqual(
    await hubTables(hub, access),
    await hubTables(local, { root: fileUri(join(folder, 'photos')) }),
  )
  const train = async (hub: string, line: CommandLine, ...more: string[]) =>
    await line.json<Trained>(0, 'train', '--hub', hub, '--model', 'pixels', '--name', 'tints', ...more)
  const expected = await train(local, here)
  const found = await train(hub, line, ...onSpark)
  assert.ok(Math.abs(found.objective - expected.objective) <= 1e-6 * expected.objective)
  assert.deepEqual(found.metrics.accuracy, expected.metrics.accuracy)
  assert.deepEqual([found.n_train, found.n_test], [expected.n_train, expected.n_test])
  assert.deepEqual([expected.run.engine, found.run.engine], ['local', 'spark'])
  const left = await Array.fromAsync(storage.list({ prefix: 'hub/work/' }))
  assert.deepEqual(left, [])
})
