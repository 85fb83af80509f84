import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import sharp from 'sharp'
import { decodeLimits } from '../../../stages/image/limits.ts'
import inspect from '../../../stages/inspect/inspect.ts'
import { reasons } from '../../../stages/inspect/reasons.ts'
import { KeptResources } from '../../../stages/KeptResources.ts'
import { rowsToBatch } from '../../../tables/batch.ts'
import { manifest } from '../../../tables/manifest.ts'
import { scores } from '../../../tables/scores.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { drawnPicture } from '../drawnPicture.ts'
import { inspectRows, manifestRow } from './inspectRows.ts'

test('a sound photo is told by its hash, its facts as seen upright, and its scores', async t => {
  const folder = await temporaryFolder(t)
  const bytes = await drawnPicture(700, 300)
    .withExif({
      IFD2: { DateTimeOriginal: '2021:06:01 12:00:00' },
      IFD3: {
        GPSLatitude: '10/1 0/1 0/1',
        GPSLatitudeRef: 'S',
        GPSLongitude: '20/1 0/1 0/1',
        GPSLongitudeRef: 'E',
      },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  const path = join(folder, 'photo.bin')
  await writeFile(path, bytes)
  const [row] = await inspectRows([manifestRow(path)])
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  assert.ok(row !== undefined)
  const { sharpness, brightness, contrast, entropy, dark_fraction, bright_fraction, colorfulness, ...facts } =
    row
  assert.deepEqual(facts, {
    origin: pathToFileURL(path).href,
    image_id: sha256.slice(0, 16),
    sha256,
    bytes: bytes.length,
    format: 'jpeg',
    height: 700,
    width: 300,
    n_channels: 3,
    mode: 'RGB',
    exif_orientation: 6,
    captured_at: Date.UTC(2021, 5, 1, 12) * 1000,
    latitude: -10,
    longitude: 20,
    fault: null,
    reasons: [],
    detail: null,
  })
  for (const score of [
    sharpness,
    brightness,
    contrast,
    entropy,
    dark_fraction,
    bright_fraction,
    colorfulness,
  ])
    assert.ok(score !== null && Number.isFinite(score))
})

test('a name that is an Open Images id is the image id', async t => {
  const folder = await temporaryFolder(t)
  const bytes = await drawnPicture(30, 30).png().toBuffer()
  const sha = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  const names = {
    '0a1b2c3d4e5f6789.jpg': '0a1b2c3d4e5f6789',
    '0A1B2C3D4E5F6789.jpg': sha,
    '0a1b2c3d4e5f67.jpg': sha,
  }
  for (const [name, id] of Object.entries(names)) {
    await writeFile(join(folder, name), bytes)
    const [row] = await inspectRows([manifestRow(join(folder, name))])
    assert.equal(row?.image_id, id, name)
  }
})

test('channels and mode are those of the file', async t => {
  const folder = await temporaryFolder(t)
  const picture = () => drawnPicture(20, 20)
  const files: Record<string, [Buffer, string, number]> = {
    'gray.png': [await picture().toColourspace('b-w').png().toBuffer(), 'L', 1],
    'gray16.png': [await picture().toColourspace('grey16').png().toBuffer(), 'L;16', 1],
    'rgb16.png': [await picture().toColourspace('rgb16').png().toBuffer(), 'RGB;16', 3],
    'rgba.png': [await picture().ensureAlpha(0.5).png().toBuffer(), 'RGBA', 4],
    'cmyk.jpg': [await picture().toColourspace('cmyk').jpeg().toBuffer(), 'CMYK', 4],
  }
  for (const [name, [bytes, mode, channels]] of Object.entries(files)) {
    await writeFile(join(folder, name), bytes)
    const [row] = await inspectRows([manifestRow(join(folder, name))])
    assert.deepEqual([row?.fault, row?.mode, row?.n_channels], [null, mode, channels], name)
  }
})

test('unfit bytes are rejected with a reason, and keep what could be found out', async t => {
  const folder = await temporaryFolder(t)
  const jpeg = await drawnPicture(120, 80).jpeg().toBuffer()
  const frame = await drawnPicture(24, 24).png().toBuffer()
  const other = await drawnPicture(24, 24).negate().png().toBuffer()
  const files: Record<string, [Buffer, string, string | null]> = {
    'zero.jpg': [Buffer.alloc(0), 'empty_file', null],
    'page.jpg': [Buffer.from('<!doctype html><title>Not Found</title>'), 'not_an_image', 'html'],
    'drawing.jpg': [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'unsupported_format', 'svg'],
    'cut.jpg': [jpeg.subarray(0, 700), 'truncated', 'jpeg'],
    'moving.gif': [
      await sharp([frame, other], { join: { animated: true } })
        .gif()
        .toBuffer(),
      'animated',
      'gif',
    ],
    'moving.webp': [
      await sharp([frame, other], { join: { animated: true } })
        .webp()
        .toBuffer(),
      'animated',
      'webp',
    ],
    'large.png': [await drawnPicture(200, 100).png().toBuffer(), 'too_many_pixels', 'png'],
  }
  for (const [name, [bytes]] of Object.entries(files)) await writeFile(join(folder, name), bytes)
  const rows = await inspectRows(
    Object.keys(files).map(name => manifestRow(join(folder, name))),
    { limits: decodeLimits.parse({ maxPixels: 15_000 }) },
  )
  for (const [at, [name, [bytes, reason, format]]] of Object.entries(files).entries()) {
    const row = rows[at]
    assert.deepEqual([row?.fault, row?.reasons, row?.format], ['rejected', [reason], format], name)
    assert.ok((row?.detail ?? '').length > 10, name)
    assert.equal(row?.sha256, createHash('sha256').update(bytes).digest('hex'), name)
    for (const score of Object.keys(scores)) assert.equal(row?.[score as keyof typeof scores], null)
  }
  const cut = rows[Object.keys(files).indexOf('cut.jpg')]
  assert.deepEqual([cut?.height, cut?.width], [80, 120])
})

test('what cannot be read this time has failed, and holds nothing up', { timeout: 60_000 }, async t => {
  const folder = await temporaryFolder(t)
  const path = (name: string) => join(folder, name)
  await writeFile(path('sound.png'), await drawnPicture(20, 20).png().toBuffer())
  await mkdir(path('folder.jpg'))
  execFileSync('mkfifo', [path('pipe.jpg')])
  const failed = ['absent.jpg', 'folder.jpg', 'pipe.jpg']
  const expected = ['not_found', 'not_a_file', 'not_a_file']
  if (process.getuid?.() !== 0) {
    await writeFile(path('secret.jpg'), 'x')
    await chmod(path('secret.jpg'), 0)
    failed.push('secret.jpg')
    expected.push('access_denied')
  }
  const rows = await inspectRows([
    ...failed.map(name => manifestRow(path(name))),
    { ...manifestRow(path('x')), origin: 'gopher://photos/1.jpg' },
    manifestRow(path('sound.png')),
  ])
  assert.deepEqual(
    rows.map(row => [row.fault, ...row.reasons]),
    [...expected.map(reason => ['failed', reason]), ['failed', 'unreadable'], [null]],
  )
  for (const row of rows.slice(0, -1)) {
    assert.deepEqual([row.image_id, row.sha256], [null, null])
    assert.ok(row.detail?.includes(row.reasons[0] === 'unreadable' ? 'gopher' : folder), row.detail ?? '')
  }
})

test('a picture that declares absurd sides is a row like any other', async t => {
  const folder = await temporaryFolder(t)
  const bytes = Buffer.from(await drawnPicture(20, 20).png().toBuffer())
  bytes.writeUInt32BE(0xffffffff, 16)
  await writeFile(join(folder, 'wide.png'), bytes)
  const [row] = await inspectRows([manifestRow(join(folder, 'wide.png'))])
  assert.deepEqual([row?.reasons, row?.width, row?.height], [['too_many_pixels'], null, 20])
})

test('a file above the limit on bytes is not read, whether its listing says so or not', async t => {
  const folder = await temporaryFolder(t)
  const path = join(folder, 'big.jpg')
  await writeFile(path, Buffer.alloc(5000))
  const limits = decodeLimits.parse({ maxBytes: 4999 })
  const rows = await inspectRows([manifestRow(path, 5000), manifestRow(path)], { limits })
  for (const row of rows) assert.deepEqual([row.fault, row.reasons], ['rejected', ['too_many_bytes']])
})

test('every row comes out once, in its place, whatever the batches', async t => {
  const folder = await temporaryFolder(t)
  const names = Array.from({ length: 23 }, (_, n) => `${n}.png`)
  await Promise.all(
    names.map(async (name, n) => {
      if (n % 5 !== 0)
        await writeFile(
          join(folder, name),
          await drawnPicture(10 + n, 20)
            .png()
            .toBuffer(),
        )
    }),
  )
  const rows = names.map(name => manifestRow(join(folder, name)))
  const reference = await inspectRows(rows)
  assert.deepEqual(
    reference.map(row => row.origin),
    rows.map(row => row.origin),
  )
  assert.deepEqual(
    reference.map(row => row.width),
    names.map((_, n) => (n % 5 === 0 ? null : 10 + n)),
  )
  for (const batchRows of [1, 4, 23])
    assert.deepEqual(
      await inspectRows(rows, { batchRows, concurrentReads: 3, concurrentDecodes: 2 }),
      reference,
    )
})

test('files damaged at random end as rows', async t => {
  const folder = await temporaryFolder(t)
  const formats = ['jpeg', 'png', 'gif', 'webp', 'tiff', 'avif'] as const
  const seeds = await Promise.all(formats.map(format => drawnPicture(24, 24).toFormat(format).toBuffer()))
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 })
  const damaged = fc.sample(fc.tuple(fc.nat(seeds.length - 1), edits), { numRuns: 200, seed: 7 })
  const rows = await Promise.all(
    damaged.map(async ([seed, edited], n) => {
      const bytes = Buffer.from(seeds[seed] ?? '')
      for (const [at, value] of edited) bytes[at % bytes.length] = value
      await writeFile(join(folder, `${n}.bin`), bytes)
      return manifestRow(join(folder, `${n}.bin`))
    }),
  )
  const inspected = await inspectRows(rows)
  assert.equal(inspected.length, rows.length)
  for (const { fault, reasons: codes } of inspected) {
    assert.ok(fault === null || fault === 'rejected')
    assert.equal(codes.length, fault === null ? 0 : 1)
  }
})

test('an abort ends the stage with its reason', async t => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'a.png'), await drawnPicture(20, 20).png().toBuffer())
  const controller = new AbortController()
  async function* endless() {
    for (;;) yield rowsToBatch(manifest.columns, [manifestRow(join(folder, 'a.png'))])
  }
  const stopped = new Error('stopped by the test')
  const consume = async () => {
    let batches = 0
    await using kept = new KeptResources()
    const context = { params: inspect.params.parse({}), signal: controller.signal, keep: kept.keep }
    for await (const batch of inspect.map(endless(), context)) {
      assert.equal(batch.numRows, 1)
      if (++batches === 3) controller.abort(stopped)
    }
  }
  await assert.rejects(consume(), error => error === stopped)
})

test('every reason has a sentence for people', () => {
  for (const [code, sentence] of Object.entries(reasons)) {
    assert.match(code, /^[a-z_]+$/)
    assert.match(sentence, /^[A-Z].*\.$/)
  }
})
