import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openImagesLocations, openImagesS3Options } from '../../../sources/openImages/locations.ts'
import { type OpenImagesOptions, openImages } from '../../../sources/openImages/openImages.ts'
import { resolveClasses } from '../../../sources/openImages/resolveClasses.ts'
import { memoryDatabase, rowsOf } from '../../support/duckdb.ts'
import { type Behaviour, faultyServer, serve } from '../../support/faultyServer.ts'
import { freePort } from '../../support/s3Server.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

const descriptions =
  'LabelName,DisplayName\n/m/car,Car\n/m/taxi,Taxi\n/m/tree,Tree\n/m/oak,"Oak, English"\n/m/thing,Entity\n'
const hierarchy = JSON.stringify({
  LabelName: '/m/thing',
  Subcategory: [
    { LabelName: '/m/car', Subcategory: [{ LabelName: '/m/taxi' }], Part: [{ LabelName: '/m/wheel' }] },
    { LabelName: '/m/tree' },
  ],
})
const id = (number: number) => number.toString(16).padStart(16, '0')

/** Photos 0-19 show a car, 20-39 a taxi (4 of them verified as cars too), 40-79 a tree, 80-99 no car; 100 has a hostile id. */
function labelCsv(): string {
  const rows = ['ImageID,Source,LabelName,Confidence']
  for (let i = 0; i < 20; i++) rows.push(`${id(i)},verification,/m/car,1`, `${id(i)},verification,/m/oak,0`)
  for (let i = 20; i < 40; i++) rows.push(`${id(i)},verification,/m/taxi,1`)
  for (let i = 36; i < 40; i++) rows.push(`${id(i)},crowdsource-verification,/m/car,1`)
  for (let i = 40; i < 80; i++) rows.push(`${id(i)},verification,/m/tree,1`)
  for (let i = 80; i < 100; i++) rows.push(`${id(i)},verification,/m/car,0`)
  rows.push('../../../../secret,verification,/m/car,1', `${id(200)},verification,/m/wheel,1`)
  return `${rows.join('\n')}\n`
}

const files: Record<string, string> = {
  '/v7/oidv7-class-descriptions.csv': descriptions,
  '/2018_04/bbox_labels_600_hierarchy.json': hierarchy,
  '/v7/oidv7-val-annotations-human-imagelabels.csv': labelCsv(),
}

/** Gives the file that was asked for, as a good server does. */
const asIs: Behaviour = (request, response) => {
  const content = files[request.url ?? '']
  if (content === undefined) response.writeHead(404).end()
  else serve(request, response, { body: Buffer.from(content) })
}

const impatient = { attempts: 3, baseMilliseconds: 1, capMilliseconds: 1, attemptTimeoutMilliseconds: 0 }

async function choose(t: TestContext, options: Partial<OpenImagesOptions> = {}) {
  const connection = options.connection ?? (await memoryDatabase(t))
  const selection = await openImages({
    connection,
    classes: ['car', 'Tree'],
    limit: 10,
    cacheFolder: await temporaryFolder(t),
    retry: impatient,
    ...options,
  })
  const origins = (await Array.fromAsync(selection.manifest.rows)).map(row => row.origin)
  return {
    ...selection,
    connection,
    origins,
    numbers: origins.map(origin => Number.parseInt(origin.slice(-20, -4), 16)),
  }
}

test('photos of each class, kinds of it included, up to the limit, with every verified label they have', async t => {
  const { origin } = await faultyServer(t, asIs)
  const { connection, classes, numbers, origins, manifest } = await choose(t, { files: origin, limit: 30 })
  assert.deepEqual(
    classes.map(({ label, positives, negatives }) => [label, positives, negatives]),
    [
      ['/m/car', 30, 0],
      ['/m/tree', 30, 0],
    ],
  )
  assert.equal(numbers.length, 60)
  assert.ok(
    numbers.every(number => number < 80),
    'positives alone',
  )
  assert.match(origins[0] ?? '', /^s3:\/\/open-images-dataset\/validation\/[0-9a-f]{16}\.jpg$/)
  assert.equal(manifest.root, 's3://open-images-dataset/validation')
  const labels = (
    await rowsOf(
      connection,
      'SELECT DISTINCT label, display_name, source, confidence FROM label_rows ORDER BY ALL',
    )
  ).map(row => row.join(' '))
  assert.deepEqual(labels, [
    '/m/car Car crowdsource-verification 1',
    '/m/car Car hierarchy 1',
    '/m/car Car verification 1',
    '/m/oak Oak, English verification 0',
    '/m/taxi Taxi verification 1',
    '/m/tree Tree verification 1',
  ])
  const [[taxis, wider] = []] = await rowsOf(
    connection,
    "SELECT count_if(label = '/m/taxi')::INT, count_if(label = '/m/car' AND reference >= '0000000000000014')::INT FROM label_rows",
  )
  assert.equal(wider, taxis, 'each taxi is a car once, verified or by the hierarchy')
})

test('a single class comes with as many photos verified not to show it', async t => {
  const { origin } = await faultyServer(t, asIs)
  const { classes, numbers } = await choose(t, { files: origin, classes: ['/m/car'] })
  assert.deepEqual([classes[0]?.positives, classes[0]?.negatives], [10, 10])
  assert.equal(numbers.filter(number => number >= 80).length, 10)
})

test('the same seed chooses the same photos, another seed others', async t => {
  const { origin } = await faultyServer(t, asIs)
  const [first, again, other] = [
    await choose(t, { files: origin }),
    await choose(t, { files: origin }),
    await choose(t, { files: origin, seed: 2 }),
  ]
  assert.deepEqual(first.numbers, again.numbers)
  assert.notDeepEqual(first.numbers, other.numbers)
})

test('downloads are kept: a second run asks nothing', async t => {
  const { origin, paths } = await faultyServer(t, asIs)
  const cacheFolder = await temporaryFolder(t)
  await choose(t, { files: origin, cacheFolder })
  await choose(t, { files: origin, cacheFolder })
  assert.deepEqual(paths.sort(), Object.keys(files).sort())
  assert.equal((await readdir(join(cacheFolder, 'open-images'))).length, 3)
})

test('an unknown class is refused with the nearest names', () => {
  const known = [
    ['/m/1', 'Car'],
    ['/m/2', 'Cart'],
    ['/m/3', 'Sports car'],
    ['/m/4', 'Tree'],
    ['/m/5', 'car'],
  ].map(([label = '', display_name = '']) => ({ label, display_name }))
  assert.deepEqual(
    resolveClasses([' CAR ', '/m/4', 'car'], known).map(({ label }) => label),
    ['/m/1', '/m/4'],
  )
  assert.throws(() => resolveClasses(['Trea'], known), {
    code: 'unknown_class',
    hint: 'did you mean Tree?',
    fault: 'user',
  })
  assert.throws(() => resolveClasses(['Sports'], known), { hint: 'did you mean Sports car?' })
  assert.throws(() => resolveClasses(['zzzzz'], known), { code: 'unknown_class', hint: /class descriptions/ })
  assert.throws(() => resolveClasses([' '], known), { code: 'unknown_class' })
})

test('a class without a verified photo and a limit of none are clear mistakes', async t => {
  const { origin } = await faultyServer(t, asIs)
  await assert.rejects(choose(t, { files: origin, classes: ['Entity'], limit: 0 }), {
    code: 'bad_limit',
    fault: 'user',
  })
  await assert.rejects(choose(t, { files: origin, classes: ['oak, english'], negatives: 0 }), {
    code: 'nothing_to_read',
    message: /Oak, English/,
  })
})

test('without a network the error says so and names the other way', async t => {
  await assert.rejects(choose(t, { files: `http://127.0.0.1:${await freePort()}` }), {
    code: 'network_unreachable',
    message: /127\.0\.0\.1/,
    hint: /--from DIR/,
  })
})

test('a server that is busy or breaks off is asked again, and what it then gives is whole', async t => {
  const failures = new Map<string, number>()
  const { origin } = await faultyServer(t, (request, response, nth) => {
    const path = request.url ?? ''
    const failed = failures.get(path) ?? 0
    failures.set(path, failed + 1)
    if (failed === 0) response.writeHead(503).end('busy')
    else if (failed === 1) serve(request, response, { body: Buffer.from(files[path] ?? ''), cutAfter: 20 })
    else asIs(request, response, nth)
  })
  assert.equal((await choose(t, { files: origin })).numbers.length, 20)
})

test('a server that stalls, refuses or sends a login page is given up with the reason and the other way', async t => {
  const stalls = await faultyServer(t, (_, response) => response.writeHead(200).write('x'))
  const once = { ...impatient, attempts: 1 }
  await assert.rejects(choose(t, { files: stalls.origin, stallMilliseconds: 100, retry: once }), {
    code: 'download_failed',
    message: /nothing arrived for 0.1 s/,
    hint: /--from DIR/,
  })
  const refuses = await faultyServer(t, (_, response) => response.writeHead(403).end())
  await assert.rejects(choose(t, { files: refuses.origin }), { code: 'download_refused', message: /403/ })
  const page = await faultyServer(t, (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in'),
  )
  await assert.rejects(choose(t, { files: page.origin }), { code: 'download_refused', message: /web page/ })
  assert.equal(page.paths.length, 1, 'not asked again')
})

test('a damaged file leaves the cache, so that the next run fetches it again', async t => {
  const { origin } = await faultyServer(t, asIs)
  const cacheFolder = await temporaryFolder(t)
  await choose(t, { files: origin, cacheFolder })
  const folder = join(cacheFolder, 'open-images')
  for (const name of await readdir(folder))
    if (name.endsWith('.json')) await writeFile(join(folder, name), '{"LabelName"')
  await assert.rejects(choose(t, { files: origin, cacheFolder }), { code: 'bad_hierarchy' })
  assert.equal((await choose(t, { files: origin, cacheFolder })).numbers.length, 20)
})

test('the addresses are those of Open Images unless options or the environment say otherwise', () => {
  assert.equal(
    openImagesLocations({}, {}).labels,
    'https://storage.googleapis.com/openimages/v7/oidv7-val-annotations-human-imagelabels.csv',
  )
  const environment = {
    IMAGEHUB_OPEN_IMAGES_FILES: 'http://a/',
    IMAGEHUB_OPEN_IMAGES_PHOTOS: 's3://b/c/',
    IMAGEHUB_OPEN_IMAGES_ENDPOINT: 'http://e',
  }
  const { hierarchy, photos } = openImagesLocations({ files: 'http://mine' }, environment)
  assert.deepEqual([hierarchy, photos], ['http://mine/2018_04/bbox_labels_600_hierarchy.json', 's3://b/c'])
  assert.deepEqual(openImagesS3Options(environment), {
    anonymous: true,
    region: 'us-east-1',
    endpoint: 'http://e',
  })
})
