import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { collectReport } from '../../report/collectReport.ts'
import { renderReport } from '../../report/renderReport.ts'
import { drawnRows, hubOf, imageRow } from './drawnHub.ts'

const fixed = { hub: './hub', codeVersion: '1', runs: [], generatedAt: new Date(0) }

test('verdicts, reasons, classes, sizes and scores of a hub are counted and shown with pictures', async t => {
  const data = await collectReport({ ...fixed, ...(await hubOf(t, await drawnRows(t))) })
  assert.deepEqual(data.images.verdicts, [
    { verdict: 'accepted', count: 6 },
    { verdict: 'rejected', count: 3 },
  ])
  assert.equal(data.images.total, 9)
  assert.deepEqual(
    data.reasons.map(({ reason, count }) => [reason, count]),
    [
      ['empty_file', 1],
      ['not_an_image', 1],
      ['too_small', 1],
      ['truncated', 1],
    ],
  )
  assert.deepEqual(
    data.classes.shown.map(({ displayName, positives, examples }) => [
      displayName,
      positives,
      examples.length,
    ]),
    [
      ['Disk', 4, 4],
      ['Bar', 2, 2],
    ],
  )
  assert.equal(data.contactSheet.length, 6)
  assert.ok(data.contactSheet.every(({ thumbnail }) => thumbnail.kind === 'picture'))
  assert.deepEqual(data.resolutions.images, 7)
  const binned = (key: string) =>
    data.histograms.find(histogram => histogram.key === key)?.bins.reduce((sum, { count }) => sum + count, 0)
  assert.equal(binned('brightness'), 6)
  assert.equal(binned('bytes'), 8, 'the empty file has no logarithm')
  assert.equal(data.head, null)
  assert.deepEqual(JSON.parse(JSON.stringify(data)), data, 'the data is plain JSON')
})

test('a bad file is shown as far as it decodes, or as a frame with the reason, and its bytes stay out', async t => {
  const data = await collectReport({ ...fixed, ...(await hubOf(t, await drawnRows(t))) })
  const example = (reason: string) => data.reasons.find(group => group.reason === reason)?.examples[0]
  assert.equal(example('truncated')?.thumbnail.kind, 'picture')
  assert.deepEqual(example('not_an_image')?.thumbnail, { kind: 'placeholder', because: 'a web page' })
  assert.deepEqual(example('empty_file')?.thumbnail, { kind: 'placeholder', because: 'no bytes' })
  assert.doesNotMatch(renderReport(data), /<script/i)
})

test('an origin that is gone or cannot be read costs its picture only', async t => {
  const { query } = await hubOf(t, await drawnRows(t))
  const gone = await collectReport({ ...fixed, query, readThumbnail: async () => null })
  assert.deepEqual(gone.contactSheet[0]?.thumbnail, {
    kind: 'placeholder',
    because: 'the file is no longer there',
  })
  const denied = await collectReport({
    ...fixed,
    query,
    readThumbnail: () => Promise.reject(new Error('EACCES')),
  })
  assert.equal(denied.contactSheet.length, 6)
  assert.deepEqual(denied.contactSheet[0]?.thumbnail, {
    kind: 'placeholder',
    because: 'the file cannot be read',
  })
})

test('an empty hub gives a report that says so', async t => {
  const data = await collectReport({ ...fixed, ...(await hubOf(t, {})) })
  assert.equal(data.images.total, 0)
  assert.match(renderReport(data), /holds no images yet/)
})

test('the report of many thousand images stays below 3 MB, pictures that do not fit left out', async t => {
  const reasons = ['blurred', 'too_dark', 'truncated', 'corrupt', 'too_small', 'not_found', 'unreadable']
  const images = Array.from({ length: 20_000 }, (_, index) =>
    imageRow({
      origin: `file:///photos/${index}.jpg`,
      image_id: index.toString(16).padStart(16, '0'),
      width: 100 + (index % 997),
      height: 100 + (index % 1009),
      ...(index % 3 === 0 ? { verdict: 'rejected', reasons: [`${reasons[index % 7]}_${index % 50}`] } : {}),
    }),
  )
  const { query } = await hubOf(t, { images })
  const noise = await noisyPicture()
  const data = await collectReport({ ...fixed, query, readThumbnail: async () => noise })
  const page = renderReport(data)
  const bytes = Buffer.byteLength(page)
  assert.ok(bytes < 3_000_000, `${bytes} bytes`)
  assert.equal(data.reasons.length, 30)
  assert.ok(data.resolutions.points.length <= 500)
  assert.equal(data.resolutions.images, 20_000)
  assert.match(page, /left out to keep the report small/)
})

/** A JPEG whose thumbnail is as large as thumbnails get. */
function noisyPicture(): Promise<Uint8Array> {
  const pixels = new Uint8Array(176 * 176 * 3)
  let state = 1
  for (let index = 0; index < pixels.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    pixels[index] = state >>> 24
  }
  return sharp(pixels, { raw: { width: 176, height: 176, channels: 3 } })
    .blur(0.5)
    .jpeg({ quality: 95 })
    .toBuffer()
}
