import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import test, { after, before, type TestContext } from 'node:test'
import type { RunRecord } from '../catalog/RunRecord.ts'
import type { ImageLife } from '../operations/explainImage.ts'
import type { IngestResult } from '../operations/ingest.ts'
import { fileUri } from '../storage/location.ts'
import { openStorage } from '../storage/openStorage.ts'
import { type CommandLine, commandLine, type ErrorDocument } from './support/commandLine.ts'
import { drawnPhoto, drawnPhotos, writeFiles, writePixelModel } from './support/drawnPhotos.ts'
import { type FaultProxy, startFaultProxy } from './support/faultProxy.ts'
import { type HubTables, hubTables } from './support/hubTables.ts'
import { s3ForTests } from './support/s3Server.ts'
import { temporaryFolder } from './support/temporaryFolder.ts'

const s3 = await s3ForTests()
const skip = s3.skip

const labels = 'file,class\nred/0.jpg,warm\nblue/0.jpg,cold\nblue/1.jpg,cold\nred/gone.jpg,warm\n'
const photos = new Map<string, Buffer | string>(await drawnPhotos()).set('labels.csv', labels)
const folder = await temporaryFolder({ after })
const model = join(folder, 'pixels.onnx')
const settler = await commandLine({ after })
/** The tables of a hub in a folder that read the same photos from a folder. */
let undisturbed: HubTables

before(async () => {
  await writePixelModel(model)
  await writeFiles(join(folder, 'photos'), photos)
  const hub = join(folder, 'hub')
  await ingestAndEmbed(settler, hub, join(folder, 'photos'))
  undisturbed = await hubTables(hub, { root: fileUri(join(folder, 'photos')) })
})

/** A bucket with the photos, and a command line that reaches it (or the proxy in front of it). */
async function cloud(
  t: TestContext,
  settings: { readonly public?: boolean; readonly proxy?: FaultProxy } = {},
) {
  const bucket = await s3.server.createBucket(settings.public ? { public: true } : {})
  const storage = openStorage(`s3://${bucket}`, s3.server.options)
  t.after(() => storage.close())
  const put = (path: string, body: Buffer | string) => storage.write(`photos/${path}`, body)
  await Promise.all([...photos].map(([path, body]) => put(path, body)))
  const line = await commandLine(t, {
    ...s3.server.environment,
    ...(settings.proxy === undefined ? {} : { AWS_ENDPOINT_URL_S3: settings.proxy.endpoint }),
  })
  const hub = `s3://${bucket}/hub`
  const root = `s3://${bucket}/photos`
  const tables = () => hubTables(hub, { root, storage: { ...s3.server.options, cacheFolder: line.home } })
  return { bucket, storage, put, line, hub, root, tables }
}

async function proxied(t: TestContext) {
  const proxy = await startFaultProxy(s3.server.endpoint)
  t.after(() => proxy.close())
  return { proxy, ...(await cloud(t, { proxy })) }
}

async function ingestAndEmbed(line: CommandLine, hub: string, from: string): Promise<void> {
  await line.json(0, 'models', 'import', '--from', model, '--id', 'pixels', '--hub', hub)
  await ingest(line, hub, from, '--labels', `${from}/labels.csv`)
  await line.json(0, 'featurize', '--hub', hub, '--model', 'pixels')
}

const ingest = (line: CommandLine, hub: string, from: string, ...more: readonly string[]) =>
  line.json<IngestResult>(0, 'ingest', '--hub', hub, '--from', from, ...more)

test('a hub, its photos, labels and model may all lie in S3: the tables are those of a folder', {
  skip,
}, async t => {
  const { line, hub, root, tables, put } = await cloud(t)
  await ingestAndEmbed(line, hub, root)
  assert.deepEqual(await tables(), undisturbed)

  const again = await ingest(line, hub, root, '--labels', `${root}/labels.csv`)
  assert.deepEqual(
    [again.verdicts, again.run.snapshot, again.run.rows_written],
    [{}, 2, {}],
    'nothing is read twice',
  )

  await put('red/0.jpg', await drawnPhoto('red', 50))
  const changed = await ingest(line, hub, root)
  assert.deepEqual(changed.verdicts, { accepted: 1 }, 'a changed object is read again')
  const { run } = await line.json<{ run: RunRecord }>(0, 'featurize', '--hub', hub, '--model', 'pixels')
  assert.deepEqual(run.rows_written, { embeddings: 1 })

  await ingest(line, hub, root, '--labels', 'folder')
  await line.json(0, 'train', '--hub', hub, '--model', 'pixels', '--name', 'tint', '--classes', 'red,blue')
  await line.json(0, 'predict', '--hub', hub, '--head', 'tint')
  const life = await line.json<ImageLife>(0, 'why', '--hub', hub, `${root}/blue/3.jpg`)
  assert.deepEqual(
    life.runs.map(({ command }) => command),
    ['ingest', 'featurize', 'ingest', 'train', 'predict'],
  )
  assert.equal(life.predictions[0]?.label, 'blue')
  const runs = await line.json<RunRecord[]>(0, 'runs', '--hub', hub)
  assert.deepEqual(new Set(runs.map(({ state }) => state)), new Set(['committed']))
  const rows = await line.json(
    0,
    'sql',
    '--hub',
    hub,
    'SELECT count(*) AS n FROM latest_predictions SEMI JOIN images USING (image_id) WHERE rank = 1',
  )
  assert.deepEqual(rows, [{ n: 16 }])
})

test('a public bucket is read without credentials, and featurized so without being told again', {
  skip,
}, async t => {
  const { root, bucket } = await cloud(t, { public: true })
  const line = await commandLine(t)
  const hub = join(line.home, 'hub')
  await line.json(0, 'models', 'import', '--from', model, '--id', 'pixels')
  await ingest(
    line,
    hub,
    root,
    '--anonymous',
    '--endpoint',
    s3.server.endpoint,
    '--labels',
    `${root}/labels.csv`,
  )
  await line.json(0, 'featurize', '--hub', hub, '--model', 'pixels')
  assert.deepEqual(await hubTables(hub, { root }), undisturbed)
  // Told again, it counts before what is remembered.
  const wrong = ['featurize', '--hub', hub, '--model', 'pixels', '--no-anonymous']
  await ingest(line, hub, root, '--anonymous', '--endpoint', `${s3.server.endpoint}/?token=secret`)
  const [, { parameters }] = await line.json<[RunRecord, RunRecord]>(0, 'runs', '--hub', hub, '--limit', '2')
  assert.deepEqual(parameters.source, {
    kind: 'folder',
    uri: `s3://${bucket}/photos`,
    storage: { anonymous: true, endpoint: `${s3.server.endpoint}/` },
  })
  const { run } = await line.json<{ run: RunRecord }>(0, ...wrong)
  assert.equal(run.rows_written.failures, undefined, 'nothing new, nothing read')
})

test('credentials that are gone or wrong are one clear error, and the next run completes', {
  skip,
}, async t => {
  const { root, hub, line, tables } = await cloud(t)
  await line.json(0, 'models', 'import', '--from', model, '--id', 'pixels', '--hub', hub)
  const nobody = await commandLine(t, {
    AWS_ENDPOINT_URL_S3: s3.server.endpoint,
    AWS_REGION: s3.server.region,
  })
  for (const [who, code] of [
    [nobody, 'credentials_missing'],
    [line.with({ AWS_SECRET_ACCESS_KEY: 'mistyped-secret' }), 'credentials_rejected'],
  ] as const) {
    for (const place of [hub, join(line.home, 'local-hub')]) {
      const { error } = await who.json<ErrorDocument>(2, 'ingest', '--hub', place, '--from', root)
      assert.equal(error.code, code)
      assert.match(error.hint ?? '', /AWS_ACCESS_KEY_ID/)
      assert.ok(!JSON.stringify(error).includes('mistyped-secret'))
    }
  }
  await ingest(line, hub, root, '--labels', `${root}/labels.csv`)
  const { error } = await nobody.json<ErrorDocument>(2, 'featurize', '--hub', hub, '--model', 'pixels')
  assert.equal(error.code, 'credentials_missing')
  await line.json(0, 'featurize', '--hub', hub, '--model', 'pixels')
  assert.deepEqual(await tables(), undisturbed)
})

test('a bucket that is not there is named', { skip }, async t => {
  const line = await commandLine(t, s3.server.environment)
  for (const args of [
    ['--hub', join(line.home, 'hub'), '--from', 's3://imagehub-no-such-bucket/photos'],
    ['--hub', 's3://imagehub-no-such-bucket/hub', '--from', line.home],
  ]) {
    const { error } = await line.json<ErrorDocument>(2, 'ingest', ...args)
    assert.equal(error.code, 'bucket_not_found')
    assert.match(error.message, /imagehub-no-such-bucket/)
  }
})

test('503s, connections cut short or reset and lost answers leave no trace in the tables', {
  skip,
}, async t => {
  const { proxy, line, hub, root, tables } = await proxied(t)
  proxy.add({ fault: { kind: 'loseAnswer' }, method: 'PUT', url: /\/hub\/snapshots\//, times: 1 })
  proxy.add({ fault: { kind: 'loseAnswer' }, method: 'PUT', url: /\/hub\/tables\//, times: 2 })
  proxy.add({ fault: { kind: 'cut', afterBytes: 700 }, method: 'GET', url: /red\/\d\.jpg/, times: 4 })
  proxy.add({
    fault: { kind: 'cut', afterBytes: 300, reset: true },
    method: 'GET',
    url: /blue\/\d\.jpg/,
    times: 4,
  })
  proxy.add({ fault: { kind: 'cut', afterBytes: 40 }, method: 'GET', url: /list-type/, times: 1 })
  proxy.add({ fault: { kind: 'answer', status: 503, code: 'SlowDown' }, probability: 0.1 })
  await ingestAndEmbed(line, hub, root)
  assert.ok(proxy.requests.filter(({ fault }) => fault !== undefined).length > 15)
  proxy.clear()
  assert.deepEqual(await tables(), undisturbed)
  const runs = await line.json<RunRecord[]>(0, 'runs', '--hub', hub)
  assert.deepEqual(
    runs.map(({ command, state, snapshot }) => [command, state, snapshot]),
    [
      ['ingest', 'committed', 1],
      ['featurize', 'committed', 2],
    ],
  )
})

test('an object that may not be read has that verdict, and is read when it may be', { skip }, async t => {
  const { proxy, line, hub, root, tables } = await proxied(t)
  const forbid = {
    fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
    url: /photos\/red\/3\.jpg/,
  } as const
  proxy.add(forbid)
  const first = await ingest(line, hub, root, '--labels', `${root}/labels.csv`)
  assert.deepEqual([first.verdicts.failed, first.reasons.access_denied], [1, 1])
  const [failure] = await line.json<object[]>(
    0,
    'sql',
    '--hub',
    hub,
    'SELECT stage, code, origin FROM failures',
  )
  assert.deepEqual(failure, { stage: 'inspect', code: 'access_denied', origin: `${root}/red/3.jpg` })

  proxy.clear()
  const second = await ingest(line, hub, root, '--labels', `${root}/labels.csv`)
  assert.deepEqual(second.verdicts, { accepted: 1 })

  await line.json(0, 'models', 'import', '--from', model, '--id', 'pixels', '--hub', hub)
  proxy.add(forbid)
  const embedded = await line.json<{ run: RunRecord }>(0, 'featurize', '--hub', hub, '--model', 'pixels')
  assert.deepEqual(embedded.run.rows_written, { embeddings: 15, failures: 1 })
  proxy.clear()
  await line.json(0, 'featurize', '--hub', hub, '--model', 'pixels')
  assert.deepEqual(await tables(), undisturbed)
})

test('photos of Open Images come by class from a public bucket, with their labels and hierarchy', {
  skip,
}, async t => {
  const bucket = await s3.server.createBucket({ public: true })
  const storage = openStorage(`s3://${bucket}/validation`, s3.server.options)
  t.after(() => storage.close())
  const id = (number: number) => `00000000000000${number.toString(16).padStart(2, '0')}`
  const rows = ['ImageID,Source,LabelName,Confidence']
  for (let number = 0; number < 8; number++) {
    await storage.write(`${id(number)}.jpg`, await drawnPhoto('red', number))
    await storage.write(`${id(16 + number)}.jpg`, await drawnPhoto('blue', number))
    rows.push(`${id(number)},verification,/m/car,1`, `${id(16 + number)},verification,/m/tree,1`)
    rows.push(`${id(16 + number)},verification,/m/car,0`)
  }
  // Verified, but its photo is gone from the bucket.
  rows.push(`${id(32)},verification,/m/car,1`)
  const files = await serve(t, {
    '/v7/oidv7-class-descriptions.csv': 'LabelName,DisplayName\n/m/car,Car\n/m/tree,Tree\n/m/thing,Entity\n',
    '/2018_04/bbox_labels_600_hierarchy.json': JSON.stringify({
      LabelName: '/m/thing',
      Subcategory: [{ LabelName: '/m/car' }, { LabelName: '/m/tree' }],
    }),
    '/v7/oidv7-val-annotations-human-imagelabels.csv': `${rows.join('\n')}\n`,
  })
  const line = await commandLine(t, {
    IMAGEHUB_OPEN_IMAGES_FILES: files,
    IMAGEHUB_OPEN_IMAGES_PHOTOS: `s3://${bucket}/validation`,
    IMAGEHUB_OPEN_IMAGES_ENDPOINT: s3.server.endpoint,
  })
  const hub = join(line.home, 'hub')
  const args = ['ingest', '--hub', hub, '--open-images', 'Car,tree', '--limit', '20']
  const first = await line.json<IngestResult>(0, ...args)
  assert.deepEqual(first.verdicts, { accepted: 16, failed: 1 })
  assert.deepEqual(first.reasons, { not_found: 1 })

  await line.json(0, 'models', 'import', '--from', model, '--id', 'pixels')
  const embedded = await line.json<{ run: RunRecord }>(0, 'featurize', '--hub', hub, '--model', 'pixels')
  assert.deepEqual(embedded.run.rows_written, { embeddings: 16 })
  assert.deepEqual(
    await line.json(
      0,
      'sql',
      '--hub',
      hub,
      'SELECT display_name, confidence, count(*) AS n FROM annotations JOIN classes USING (label) JOIN images USING (image_id) GROUP BY ALL ORDER BY ALL',
    ),
    [
      { display_name: 'Car', confidence: 0, n: 8 },
      { display_name: 'Car', confidence: 1, n: 8 },
      { display_name: 'Tree', confidence: 1, n: 8 },
    ],
  )
  const trained = await line.json<{ kind: string }>(
    0,
    'train',
    '--hub',
    hub,
    '--model',
    'pixels',
    '--name',
    'cars',
    '--classes',
    'Car',
  )
  assert.equal(trained.kind, 'binary', 'verified negatives count as negatives')
  assert.deepEqual(
    (await line.json<IngestResult>(0, ...args)).verdicts,
    { failed: 1 },
    'only what failed is read again',
  )
})

async function serve(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer((request, response) => {
    const content = files[request.url ?? '']
    response.writeHead(content === undefined ? 404 : 200).end(content)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
