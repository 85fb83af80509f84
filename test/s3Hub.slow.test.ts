import assert from 'node:assert/strict'
import { join } from 'node:path'
import test, { after, before, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileUri } from '../storage/location.ts'
import { openStorage } from '../storage/openStorage.ts'
import { commandLine, type ErrorDocument } from './support/commandLine.ts'
import { drawnPhotos, writeFiles, writePixelModel } from './support/drawnPhotos.ts'
import { startFaultProxy } from './support/faultProxy.ts'
import { type HubTables, hubTables } from './support/hubTables.ts'
import { s3ForTests } from './support/s3Server.ts'
import { temporaryFolder } from './support/temporaryFolder.ts'

const s3 = await s3ForTests()
const skip = s3.skip
const folder = await temporaryFolder({ after })
const settler = await commandLine({ after })
const photos = await drawnPhotos()
const model = join(folder, 'pixels.onnx')
/** The tables of a hub in a folder that read the same photos from a folder. */
let undisturbed: HubTables

before(async () => {
  await writePixelModel(model)
  await writeFiles(join(folder, 'photos'), photos)
  const hub = join(folder, 'hub')
  for (const args of commandsOn(hub, join(folder, 'photos'))) await settler.json(0, ...args)
  undisturbed = await hubTables(hub, { root: fileUri(join(folder, 'photos')) })
})

const commandsOn = (hub: string, from: string) => [
  ['models', 'import', '--from', model, '--id', 'pixels', '--hub', hub],
  ['ingest', '--hub', hub, '--from', from, '--labels', 'folder'],
  ['featurize', '--hub', hub, '--model', 'pixels'],
]

async function proxied(t: TestContext) {
  const proxy = await startFaultProxy(s3.server.endpoint)
  const bucket = await s3.server.createBucket()
  const storage = openStorage(`s3://${bucket}/photos`, s3.server.options)
  t.after(async () => {
    await storage.close()
    await proxy.close()
  })
  await Promise.all([...photos].map(([path, body]) => storage.write(path, body)))
  const line = await commandLine(t, { ...s3.server.environment, AWS_ENDPOINT_URL_S3: proxy.endpoint })
  const [hub, root] = [`s3://${bucket}/hub`, `s3://${bucket}/photos`]
  const tables = () => hubTables(hub, { root, storage: { ...s3.server.options, cacheFolder: line.home } })
  return { proxy, line, hub, root, tables }
}

test('connections that stall are given up after 30 s of silence, and nothing is missing', {
  skip,
}, async t => {
  const { proxy, line, hub, root, tables } = await proxied(t)
  proxy.add({ fault: { kind: 'stall', afterBytes: 500 }, method: 'GET', url: /red\/\d\.jpg/, times: 3 })
  proxy.add({ fault: { kind: 'stall', afterBytes: -1 }, method: 'GET', url: /blue\/\d\.jpg/, times: 2 })
  proxy.add({ fault: { kind: 'stall', afterBytes: -1 }, method: 'PUT', url: /snapshots/, times: 1 })
  for (const args of commandsOn(hub, root)) await line.json(0, ...args)
  assert.deepEqual(await tables(), undisturbed)
})

test('whenever S3 is gone for 20 s, a command outlives it or ends with one clear error, and the next completes', {
  skip,
}, async t => {
  for (const passed of [0, 10, 30]) {
    const { proxy, line, hub, root, tables } = await proxied(t)
    const [importing = [], ...work] = commandsOn(hub, root)
    await line.json(0, ...importing)
    for (const args of work) {
      proxy.add({ fault: { kind: 'refuse' }, after: passed })
      let over = false
      const outage = (async () => {
        // A command may be done before so many requests: then the outage comes to nobody.
        const isUnderWay = () => proxy.requests.at(-1)?.fault === 'refuse'
        while (!isUnderWay() && !over) await sleep(5)
        if (isUnderWay()) await sleep(20_000)
        proxy.clear()
      })()
      const { code, stdout, stderr } = await line.run(...args, '--json')
      over = true
      await outage
      if (code !== 0) {
        const { error } = JSON.parse(stdout) as ErrorDocument
        assert.deepEqual([code, error.code, stderr], [1, 'storage_unavailable', ''], error.message)
        assert.match(error.hint ?? '', /endpoint|later/)
      }
      await line.json(0, ...args)
    }
    assert.deepEqual(await tables(), undisturbed, `an outage after ${passed} requests`)
  }
})
