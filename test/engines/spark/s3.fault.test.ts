import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError, toError } from '../../../base/HubError.ts'
import { Hub } from '../../../catalog/Hub.ts'
import { importModel } from '../../../models/importModel.ts'
import { hubModelStore } from '../../../models/modelStores.ts'
import { featurize } from '../../../operations/featurize.ts'
import { ingest } from '../../../operations/ingest.ts'
import { Random } from '../../../samples/Random.ts'
import { fileUri } from '../../../storage/location.ts'
import { openStorage } from '../../../storage/openStorage.ts'
import { localEngine, never, pixelModel, smallHub } from '../../operations/smallHub.ts'
import { drawnPhoto, drawnPhotos, writeFiles, writePixelModel } from '../../support/drawnPhotos.ts'
import { startFaultProxy } from '../../support/faultProxy.ts'
import { hubTables } from '../../support/hubTables.ts'
import { s3ForTests } from '../../support/s3Server.ts'
import { sparkForTests } from '../../support/spark.ts'
import { startSparkCluster } from '../../support/sparkCluster.ts'
import { testSparkEngine } from '../../support/sparkEngine.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { seed, untilIdle } from './faultScene.ts'

const line = '4.0'
const s3 = await s3ForTests()
const spark = await sparkForTests([line])
const skip = s3.skip || spark.skip
/** Of the 100 requests or so that each featurize makes. */
const outages = 3

test('whenever S3 is gone for 20 s, a featurize on Spark outlives it or ends with one clear error, and the next completes', {
  skip,
}, async t => {
  const random = new Random(seed)
  const proxy = await startFaultProxy(s3.server.endpoint)
  t.after(() => proxy.close())
  // The machines of a cluster have their own keys: here the workers that start now take them from this environment.
  const environment = { ...s3.server.environment, AWS_ENDPOINT_URL_S3: proxy.endpoint }
  Object.assign(process.env, environment)
  const photos = new Map(await drawnPhotos())
  for (let number = 8; number < 20; number++) photos.set(`red/${number}.jpg`, await drawnPhoto('red', number))
  const folder = await temporaryFolder(t)
  await writeFiles(folder, photos)
  const local = await smallHub(t, { photos: folder })
  await local.ingest()
  await local.featurize()
  const undisturbed = await hubTables(local.hub.storage.root, { root: fileUri(folder) })

  const cluster = await startSparkCluster(t, { line, workers: 2, cores: 1, memory: '700m' })
  const engine = await testSparkEngine(t, { line, master: cluster.master, s3: { endpoint: proxy.endpoint } })
  const cacheFolder = await temporaryFolder(t)
  const access = { ...s3.server.options, endpoint: proxy.endpoint, cacheFolder }
  const model = `${folder}.onnx`
  await writePixelModel(model)
  for (let outage = 0; outage < outages; outage++) {
    const bucket = await s3.server.createBucket()
    const [uri, root] = [`s3://${bucket}/hub`, `s3://${bucket}/photos`]
    const storage = openStorage(root, access)
    await Promise.all([...photos].map(([path, body]) => storage.write(path, body)))
    await storage.close()
    const hub = await Hub.open(uri, { create: true, storage: access })
    t.after(() => hub.close())
    const models = hubModelStore(hub.storage)
    await importModel({ id: pixelModel, store: models, from: { path: model } })
    const source = { kind: 'folder', uri: root, storage: { endpoint: proxy.endpoint } } as const
    await ingest({ hub, source, labels: { kind: 'folder' }, engine: localEngine, cacheFolder, signal: never })
    const attempt = async () =>
      await featurize({ hub, model: await models.get(pixelModel), engine, signal: never })

    const passed = random.whole(0, 100)
    proxy.add({ fault: { kind: 'refuse' }, after: passed })
    let over = false
    const gone = (async () => {
      const isUnderWay = () => proxy.requests.at(-1)?.fault === 'refuse'
      while (!isUnderWay() && !over) await sleep(5)
      if (isUnderWay()) await sleep(20_000)
      proxy.clear()
      return isUnderWay()
    })()
    const failure = await attempt().then(
      () => undefined,
      (thrown: unknown) => toError(thrown),
    )
    over = true
    await gone
    const told = `SEED=${seed}, an outage after ${passed} requests`
    t.diagnostic(`${told}: ${failure?.message ?? 'outlived'}`)
    if (failure !== undefined) {
      assert.ok(failure instanceof HubError, `${told}: ${failure.stack}`)
      await attempt()
    }
    const tables = await hubTables(uri, { root, storage: access })
    assert.deepEqual(tables.embeddings, undisturbed.embeddings, told)
    assert.equal((await attempt()).rows_written.embeddings ?? 0, 0, told)
  }
  await engine[Symbol.asyncDispose]()
  await untilIdle(cluster)
})
