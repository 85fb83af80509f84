import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import type { IngestResult } from '../../operations/ingest.ts'
import { commandLine, type ErrorDocument } from '../support/commandLine.ts'
import { drawnPhoto, drawnPhotos, writeFiles, writePixelModel } from '../support/drawnPhotos.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const folder = await temporaryFolder({ after })
const line = await commandLine({ after })
const photos = join(folder, 'photos')
const model = join(folder, 'pixels.onnx')
let hubs = 0
/** A hub of its own for each use: what a refused ingest leaves must not matter, but is not what is tested. */
const newHub = () => join(folder, `hub-${++hubs}`)

before(async () => {
  await writeFiles(photos, await drawnPhotos())
  await writePixelModel(model)
})

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

const refused = async (...args: readonly string[]) => (await line.json<ErrorDocument>(2, ...args)).error

test('a source that is missing, a file, empty or no list of photos is refused by name', async () => {
  const cases: [string, string, RegExp][] = [
    [join(folder, 'nowhere'), 'not_found', /no folder .*nowhere/],
    [join(folder, 'nowhere.csv'), 'not_found', /no file .*nowhere\.csv/],
    [join(photos, 'red/0.jpg'), 'not_a_folder', /is a file/],
    [await file('columns.csv', 'a,b\n1,2\n'), 'missing_column', /no column for origin.*it has a, b/],
    ['s3:/bucket/photos', 'bad_uri', /slashes/],
    ['ftp://host/photos', 'unknown_scheme', /ftp/],
  ]
  await Promise.all(
    cases.map(async ([from, code, message]) => {
      const error = await refused('ingest', '--hub', newHub(), '--from', from)
      assert.equal(error.code, code)
      assert.match(error.message, message)
    }),
  )
})

test('a label file is refused before a photo is read: missing, empty, with other columns, without a label', async () => {
  const cases: [string[], string, RegExp][] = [
    [['nowhere.csv'], 'not_found', /nowhere\.csv/],
    [[await file('empty.csv', '')], 'not_csv', /is empty/],
    [[await file('wrong.csv', 'a,b\n1,2\n')], 'missing_column', /no column for image.*it has a, b/],
    [[await file('header.csv', 'file,label\n')], 'no_labels', /no row below its header/],
    [
      [await file('two.csv', 'file,label\nx.jpg,rose\n'), '--label-columns', 'image=nope'],
      'missing_column',
      /nope/,
    ],
    [[join(folder, 'two.csv'), '--label-columns', 'nope'], 'bad_option', /nope/],
    [[join(folder, 'two.csv'), '--hierarchy', join(folder, 'nowhere.json')], 'not_found', /nowhere\.json/],
    [[join(folder, 'two.csv'), '--hierarchy', await file('bad.json', '{')], 'bad_hierarchy', /JSON/i],
    [[photos], 'not_a_file', /is a folder/],
  ]
  await Promise.all(
    cases.map(async ([labels, code, message]) => {
      const hub = newHub()
      const error = await refused('ingest', '--hub', hub, '--from', photos, '--labels', ...labels)
      assert.equal(error.code, code, error.message)
      assert.match(error.message, message)
      if (code === 'bad_option' || code === 'not_a_file') return
      const [run] = await line.json<{ stages: object[] }[]>(0, 'runs', '--hub', hub)
      assert.deepEqual(run?.stages, [], 'no photo was read')
    }),
  )
})

test('labels of absent images and unknown classes, and confidences that are none, are counted and shown', async () => {
  const labels = await file(
    'odd.csv',
    'file,label,confidence\nred/0.jpg,/m/1,1\nred/1.jpg,/m/9,1\nred/2.jpg,/m/1,high\ngone.jpg,/m/1,1\n3.jpg,/m/1,1\n',
  )
  const names = await file('names.csv', 'LabelName,DisplayName\n/m/1,Warm\n')
  const args = [
    'ingest',
    '--hub',
    newHub(),
    '--from',
    photos,
    '--labels',
    labels,
    '--class-descriptions',
    names,
  ]
  const { labels: report } = await line.json<IngestResult>(0, ...args)
  assert.deepEqual(report?.match.absent, { count: 1, examples: ['gone.jpg'] })
  assert.deepEqual(report?.match.ambiguous, { count: 1, examples: ['3.jpg'] })
  assert.deepEqual(report?.unknownLabels, { count: 1, examples: ['/m/9'] })
  assert.deepEqual(report?.badConfidence, { count: 1, examples: ['red/2.jpg /m/1 high'] })
  assert.equal(report?.match.labels, 2)
  const { stdout } = await line.run(...args)
  assert.match(stdout, /1 labelled, but not in the source: gone\.jpg\n/)
  assert.match(stdout, /17 without a label: .*, …\n/)
})

test('of two files with one Open Images id and other bytes the second is rejected as duplicate_id', async () => {
  const twice = join(folder, 'twice')
  const name = '00000000000000aa.jpg'
  await writeFiles(
    twice,
    new Map([
      [`a/${name}`, await drawnPhoto('red', 1)],
      [`b/${name}`, await drawnPhoto('blue', 1)],
    ]),
  )
  const { reasons } = await line.json<IngestResult>(0, 'ingest', '--hub', newHub(), '--from', twice)
  assert.deepEqual(reasons, { duplicate_id: 1 })
})

test('a photo that may not be read has that verdict', {
  skip: process.getuid?.() === 0 && 'root may read everything',
}, async () => {
  const closed = join(folder, 'closed')
  await writeFiles(closed, new Map([['a.jpg', await drawnPhoto('red', 1)]]))
  await chmod(join(closed, 'a.jpg'), 0)
  const { reasons } = await line.json<IngestResult>(0, 'ingest', '--hub', newHub(), '--from', closed)
  assert.deepEqual(reasons, { access_denied: 1 })
})

test('a model file that is none, is cut short or is gone is refused, and what was imported is checked again', async () => {
  const whole = await readFile(model)
  const cases: [string, RegExp][] = [
    [await file('noise.onnx', randomBytes(5000)), /noise\.onnx/],
    [await file('cut.onnx', whole.subarray(0, whole.length - 40)), /cut\.onnx/],
    [await file('text.onnx', 'file,label\n'), /text\.onnx/],
    [await file('noise.h5', randomBytes(5000)), /noise\.h5/],
    [join(folder, 'nowhere.onnx'), /nowhere\.onnx cannot be read/],
  ]
  await Promise.all(
    cases.map(async ([from, message]) =>
      assert.match((await refused('models', 'import', '--from', from, '--id', 'bad')).message, message),
    ),
  )
  assert.equal((await refused('models', 'import', '--from', model, '--id', '../x')).code, 'bad_model_id')
  assert.equal((await refused('models', 'path', 'nowhere')).code, 'unknown_model')

  await line.json(0, 'models', 'import', '--from', model, '--id', 'pixels')
  const { stdout } = await line.run('models', 'path', 'pixels')
  await truncate(stdout.trim(), 100)
  for (const args of [
    ['models', 'verify', 'pixels'],
    ['models', 'path', 'pixels'],
  ])
    assert.equal((await refused(...args)).code, 'model_damaged')
  const hub = newHub()
  await line.json(0, 'ingest', '--hub', hub, '--from', photos)
  assert.equal((await refused('featurize', '--hub', hub, '--model', 'pixels')).code, 'model_damaged')
  await line.json(0, 'models', 'import', '--from', model, '--id', 'pixels', '--replace')
  await line.json(0, 'featurize', '--hub', hub, '--model', 'pixels')
})

test('a hub that is missing, a file or damaged is refused', async () => {
  const notes = await file('notes.txt', 'x')
  assert.equal((await refused('runs', '--hub', join(folder, 'nowhere'))).code, 'not_a_hub')
  assert.equal((await refused('ingest', '--hub', notes, '--from', photos)).code, 'not_a_folder')
  await writeFiles(
    join(folder, 'newer'),
    new Map([['imagehub.json', '{"format":99,"created_at":"2030-01-01T00:00:00Z"}']]),
  )
  assert.equal((await refused('runs', '--hub', join(folder, 'newer'))).code, 'newer_hub')
  await writeFiles(join(folder, 'broken'), new Map([['imagehub.json', '{']]))
  const { error } = await line.json<ErrorDocument>(1, 'runs', '--hub', join(folder, 'broken'))
  assert.equal(error.code, 'damaged_hub')
})
