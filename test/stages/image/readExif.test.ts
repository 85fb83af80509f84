import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import exifReader from 'exif-reader'
import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { readExif } from '../../../stages/image/readExif.ts'
import { sharedFolder } from '../../support/shared.ts'
import { drawnPicture } from '../drawnPicture.ts'

type Exif = NonNullable<Parameters<Sharp['withExif']>[0]>

async function exifOf(exif: Exif): Promise<Buffer> {
  const file = await drawnPicture(8, 8).withExif(exif).jpeg().toBuffer()
  return (await sharp(file).metadata()).exif ?? assert.fail('no EXIF was written')
}

const micros = (iso: string) => Date.parse(iso) * 1000

test('the time of capture is in UTC microseconds, by the offset where there is one', async () => {
  const at = async (DateTimeOriginal: string, more = {}) =>
    readExif(await exifOf({ IFD2: { DateTimeOriginal, ...more } })).capturedAt
  assert.equal(await at('2024:02:29 23:30:15'), micros('2024-02-29T23:30:15Z'))
  assert.equal(
    await at('2024:02:29 23:30:15', { OffsetTimeOriginal: '+02:00' }),
    micros('2024-02-29T21:30:15Z'),
  )
  assert.equal(
    await at('2024:02:29 23:30:15', { OffsetTimeOriginal: '-09:30' }),
    micros('2024-03-01T09:00:15Z'),
  )
  assert.equal(
    await at('2024:02:29 23:30:15', { SubSecTimeOriginal: '042' }),
    micros('2024-02-29T23:30:15Z') + 42_000,
  )
})

test('a time that is none is null', async () => {
  for (const DateTimeOriginal of [
    '0000:00:00 00:00:00',
    '2023:02:29 10:00:00',
    '2023:13:01 10:00:00',
    'yesterday',
  ])
    assert.equal(readExif(await exifOf({ IFD2: { DateTimeOriginal } })).capturedAt, null)
})

test('a position is in signed degrees, and null where it makes no sense', async () => {
  const at = async (latitude: string, latitudeRef: string, longitude: string, longitudeRef: string) => {
    const position = {
      GPSLatitude: latitude,
      GPSLatitudeRef: latitudeRef,
      GPSLongitude: longitude,
      GPSLongitudeRef: longitudeRef,
    }
    const facts = readExif(await exifOf({ IFD3: position }))
    return [facts.latitude, facts.longitude]
  }
  assert.deepEqual(await at('52/1 30/1 0/1', 'N', '13/1 24/1 36/1', 'E'), [52.5, 13.41])
  assert.deepEqual(await at('33/1 51/1 54/1', 'S', '70/1 30/1 0/1', 'W'), [-33.865, -70.5])
  assert.deepEqual(await at('91/1 0/1 0/1', 'N', '13/1 0/1 0/1', 'E'), [null, null])
  assert.deepEqual(await at('52/1 0/1 0/1', 'N', '181/1 0/1 0/1', 'E'), [null, null])
  assert.deepEqual(await at('0/0 0/0 0/0', 'N', '0/0 0/0 0/0', 'E'), [null, null])
})

test('positions and times of real photos are those of independent readers', async t => {
  const folder = sharedFolder(t, 'data/exif_gps')
  if (folder === undefined) return
  const index: { file: string; lat: string; lon: string }[] = parse(readFileSync(join(folder, 'gps.csv')), {
    columns: true,
  })
  let times = 0
  for (const { file, lat, lon } of index) {
    // The one HEIF photo is not decoded here.
    if (file.endsWith('.heif')) continue
    const { exif } = await sharp(readFileSync(join(folder, 'images', file)), { failOn: 'none' }).metadata()
    assert.ok(exif !== undefined, file)
    const facts = readExif(exif)
    if (lat === '') assert.deepEqual([facts.latitude, facts.longitude], [null, null], file)
    else {
      assert.ok(
        Math.abs((facts.latitude ?? Number.NaN) - Number(lat)) < 1e-6,
        `${file}: ${facts.latitude}, not ${lat}`,
      )
      assert.ok(
        Math.abs((facts.longitude ?? Number.NaN) - Number(lon)) < 1e-6,
        `${file}: ${facts.longitude}, not ${lon}`,
      )
    }
    const time: unknown = exifReader(exif).Photo?.DateTimeOriginal
    if (!(time instanceof Date)) continue
    times += 1
    assert.equal(Math.floor((facts.capturedAt ?? Number.NaN) / 1e6), time.getTime() / 1000, file)
  }
  assert.ok(times >= 10)
})

test('malformed EXIF gives no facts or sound ones, quickly', async () => {
  const exif = await exifOf({
    IFD2: { DateTimeOriginal: '2024:02:29 23:30:15' },
    IFD3: {
      GPSLatitude: '52/1 30/1 0/1',
      GPSLatitudeRef: 'N',
      GPSLongitude: '13/1 24/1 0/1',
      GPSLongitudeRef: 'E',
    },
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }), fc.nat(), (edits, end) => {
      const bytes = Buffer.from(exif)
      for (const [at, value] of edits) bytes[at % bytes.length] = value
      const { capturedAt, latitude, longitude } = readExif(bytes.subarray(0, end % (bytes.length + 1)))
      assert.ok(capturedAt === null || Number.isSafeInteger(capturedAt))
      assert.ok(latitude === null || Math.abs(latitude) <= 90)
      assert.ok(longitude === null || Math.abs(longitude) <= 180)
    }),
    { numRuns: 2000 },
  )
})

test('a directory of thousands of entries that claim millions of values each costs next to nothing', () => {
  const bytes = Buffer.alloc(65_536, 0xff)
  bytes.write('MM\0\x2a\0\0\0\x08', 'latin1')
  for (let entry = 10; entry + 12 <= bytes.length; entry += 12) {
    bytes.writeUInt16BE(0x8769, entry)
    bytes.writeUInt16BE(4, entry + 2)
    bytes.writeUInt32BE(0x7fffffff, entry + 4)
    bytes.writeUInt32BE(8, entry + 8)
  }
  const started = process.cpuUsage()
  readExif(bytes)
  assert.ok(process.cpuUsage(started).user < 2e6)
})
