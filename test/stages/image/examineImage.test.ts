import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { examineImage } from '../../../stages/image/examineImage.ts'
import { defaultDecodeLimits } from '../../../stages/image/limits.ts'
import { drawnPicture } from '../drawnPicture.ts'

const limits = defaultDecodeLimits
const problemOf = (bytes: Uint8Array, changed = {}) =>
  examineImage(bytes, { ...limits, ...changed }).problem?.code

function pngChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length)
  head.write(type, 4, 'latin1')
  // The checksum is left out: no walker looks at it.
  return Buffer.concat([head, data, Buffer.alloc(4)])
}

/** A picture of nothing but zeros, of any size, in next to no bytes. */
function bombPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(1, 8)
  const rows = deflateSync(Buffer.alloc(height * (Math.ceil(width / 8) + 1)), { level: 9 })
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', rows),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

test('the declared size is read from every format without decoding', async () => {
  const picture = drawnPicture(50, 20)
  const files: Record<string, Buffer> = {
    jpeg: await picture.clone().jpeg().toBuffer(),
    progressive: await picture.clone().jpeg({ progressive: true }).toBuffer(),
    png: await picture.clone().png().toBuffer(),
    gif: await picture.clone().gif().toBuffer(),
    webp: await picture.clone().webp().toBuffer(),
    losslessWebp: await picture.clone().webp({ lossless: true }).toBuffer(),
    webpWithAlpha: await picture.clone().ensureAlpha(0.5).webp().toBuffer(),
    tiff: await picture.clone().tiff().toBuffer(),
    bigTiff: await picture.clone().tiff({ bigtiff: true }).toBuffer(),
    tiledTiff: await picture.clone().tiff({ tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
    avif: await picture.clone().avif({ effort: 0 }).toBuffer(),
  }
  for (const [name, bytes] of Object.entries(files)) {
    const { header, problem } = examineImage(bytes, limits)
    assert.equal(problem, null, name)
    assert.deepEqual([header?.width, header?.height, header?.frames, header?.cut], [50, 20, 1, false], name)
  }
})

test('a picture of 900 megapixels in a small file is refused without decoding it', () => {
  const bytes = bombPng(30_000, 30_000)
  assert.ok(bytes.length < 200_000)
  const started = process.cpuUsage()
  const { problem } = examineImage(bytes, limits)
  assert.ok(process.cpuUsage(started).user < 2e6)
  assert.equal(problem?.code, 'too_many_pixels')
  assert.match(problem?.detail ?? '', /30000 x 30000 is 900 megapixels, the limit is 100 megapixels/)
})

test('the limits hold at their edge', async () => {
  const bytes = await drawnPicture(40, 30).png().toBuffer()
  assert.equal(problemOf(bytes, { maxPixels: 1200, maxBytes: bytes.length }), undefined)
  assert.equal(problemOf(bytes, { maxPixels: 1199 }), 'too_many_pixels')
  assert.equal(problemOf(bytes, { maxBytes: bytes.length - 1 }), 'too_many_bytes')
  assert.equal(problemOf(new Uint8Array()), 'empty_file')
})

test('animations and pages are counted, up to the limit', async () => {
  const frames = await Promise.all(
    [0, 1, 2].map(n =>
      drawnPicture(24 + n, 24)
        .resize(24, 24)
        .png()
        .toBuffer(),
    ),
  )
  const animation = () => sharp(frames, { join: { animated: true } })
  const gif = await animation().gif().toBuffer()
  const webp = await animation().webp().toBuffer()
  assert.equal(problemOf(gif), 'animated')
  assert.equal(problemOf(webp), 'animated')
  assert.equal(problemOf(gif, { maxFrames: 2 }), 'animated')
  assert.equal(problemOf(gif, { maxFrames: 3 }), undefined)
  assert.equal(problemOf(webp, { maxFrames: 3 }), undefined)
  assert.equal(problemOf(await animation().tiff().toBuffer()), 'multi_page')

  const still = await drawnPicture(24, 24).png().toBuffer()
  const acTL = (count: number) => pngChunk('acTL', Buffer.from([0, 0, 0, count, 0, 0, 0, 0]))
  const withChunks = (...chunks: Buffer[]) =>
    Buffer.concat([still.subarray(0, 33), ...chunks, still.subarray(33)])
  const fcTL = pngChunk('fcTL', Buffer.alloc(26))
  assert.equal(problemOf(withChunks(acTL(2), fcTL)), 'animated')
  assert.equal(problemOf(withChunks(acTL(1), fcTL)), undefined)
  // The picture is no frame of the animation: there are two pictures.
  assert.equal(problemOf(withChunks(acTL(1))), 'animated')
})

test('vector graphics and formats that no decoder here reads are refused by name', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
  assert.equal(examineImage(Buffer.from(svg), limits).problem?.code, 'unsupported_format')
  assert.match(examineImage(Buffer.from('8BPS\0\x01'), limits).problem?.detail ?? '', /psd/)
})

test('JPEG variants that no decoder here reads, and endless scans, are refused by name', async () => {
  const jpeg = await drawnPicture(20, 20).jpeg().toBuffer()
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
  const detailOf = (change: (bytes: Buffer) => Buffer) =>
    examineImage(change(Buffer.from(jpeg)), limits).problem?.detail ?? ''
  const changed = (at: number, value: number) => (bytes: Buffer) => {
    bytes[at] = value
    return bytes
  }
  assert.match(detailOf(changed(frame + 4, 12)), /12 bits/)
  assert.match(detailOf(changed(frame + 1, 0xc3)), /lossless/)
  const scan = jpeg.subarray(jpeg.indexOf(Buffer.from([0xff, 0xda])), -2)
  const endOfImage = jpeg.subarray(-2)
  const scans = (count: number) => (bytes: Buffer) =>
    Buffer.concat([bytes.subarray(0, -2), ...Array<Buffer>(count).fill(scan), endOfImage])
  assert.match(detailOf(scans(100)), /more than 100 scans/)
  assert.equal(detailOf(scans(99)), '')
})

test('no bytes make an examination throw or run long', async () => {
  const seeds = await Promise.all(
    (['jpeg', 'png', 'gif', 'webp', 'tiff', 'avif'] as const).map(format =>
      drawnPicture(20, 20).toFormat(format).toBuffer(),
    ),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
      fc.nat(),
      (seed, edits, end) => {
        const bytes = Buffer.from(seed)
        for (const [at, value] of edits) bytes[at % bytes.length] = value
        const started = process.cpuUsage()
        examineImage(bytes.subarray(0, 1 + (end % bytes.length)), limits)
        assert.ok(process.cpuUsage(started).user < 2e6)
      },
    ),
    { numRuns: 2000 },
  )
})

test('a directory chain that leads in a circle ends', () => {
  // One directory without entries whose successor is itself.
  const tiff = Buffer.from('II\x2a\0\x08\0\0\0\0\0\x08\0\0\0', 'latin1')
  assert.equal(examineImage(tiff, limits).header?.frames, 1)
})
