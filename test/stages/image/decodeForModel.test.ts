import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { decodeForModel } from '../../../stages/image/decodeForModel.ts'
import { defaultDecodeLimits } from '../../../stages/image/limits.ts'
import { drawnPicture } from '../drawnPicture.ts'

const size = { height: 30, width: 40 }

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.length, b.length)
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] as number)), 0) / a.length
}

test('every kind of samples comes out as height x width x 3 bytes of the same picture', async () => {
  const picture = drawnPicture(160, 120)
  const reference = await decodeForModel(await picture.clone().png().toBuffer(), size)
  assert.equal(reference.length, 30 * 40 * 3)
  const files: Record<string, [file: Buffer, allowed: number]> = {
    jpeg: [await picture.clone().jpeg({ quality: 98, chromaSubsampling: '4:4:4' }).toBuffer(), 3],
    png16: [await picture.clone().toColourspace('rgb16').png().toBuffer(), 1.5],
    rgba: [await picture.clone().ensureAlpha(1).png().toBuffer(), 0.5],
    palette: [await picture.clone().png({ palette: true, colours: 256, dither: 0 }).toBuffer(), 8],
    gif: [await picture.clone().gif({ dither: 0 }).toBuffer(), 8],
    webp: [await picture.clone().webp({ lossless: true }).toBuffer(), 0.5],
    tiff: [await picture.clone().tiff({ compression: 'lzw' }).toBuffer(), 0.5],
    avif: [
      await picture.clone().avif({ lossless: true, effort: 0, chromaSubsampling: '4:4:4' }).toBuffer(),
      2,
    ],
    // No press prints all of the colours.
    cmyk: [await picture.clone().toColourspace('cmyk').jpeg({ quality: 98 }).toBuffer(), 45],
  }
  for (const [name, [file, allowed]] of Object.entries(files)) {
    const pixels = await decodeForModel(file, size)
    assert.ok(meanDifference(pixels, reference) < allowed, `${name}: ${meanDifference(pixels, reference)}`)
  }
})

test('gray pictures have three equal channels', async () => {
  for (const colourspace of ['b-w', 'grey16']) {
    const pixels = await decodeForModel(
      await drawnPicture(64, 64).toColourspace(colourspace).png().toBuffer(),
      size,
    )
    for (let at = 0; at < pixels.length; at += 3)
      assert.ok(pixels[at] === pixels[at + 1] && pixels[at] === pixels[at + 2])
  }
})

test('what is transparent is white, whatever colour is hidden below', async () => {
  const hidden = sharp({
    create: { width: 20, height: 20, channels: 4, background: { r: 200, g: 0, b: 90, alpha: 0 } },
  })
  const pixels = await decodeForModel(await hidden.png().toBuffer(), size)
  assert.ok(pixels.every(value => value === 255))
})

/** Where the pixel (row, column) of the stored picture belongs in an upright one of 48 x 32 (TIFF 6.0, tag 274). */
const uprightPlace: ((row: number, column: number) => [row: number, column: number])[] = [
  (row, column) => [row, column],
  (row, column) => [row, 31 - column],
  (row, column) => [47 - row, 31 - column],
  (row, column) => [47 - row, column],
  (row, column) => [column, row],
  (row, column) => [column, 31 - row],
  (row, column) => [47 - column, 31 - row],
  (row, column) => [47 - column, row],
]

test('all eight EXIF orientations give the upright picture', async () => {
  // Red, green, blue and gray quarters tell every turn and reflection apart.
  const colours = [
    [220, 30, 30],
    [30, 220, 30],
    [30, 30, 220],
    [128, 128, 128],
  ]
  const colourAt = (row: number, column: number) => colours[(row < 24 ? 0 : 2) + (column < 16 ? 0 : 1)] ?? []
  const picture = (width: number, height: number, at: (row: number, column: number) => number[]) => {
    const rows = Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (_, column) => at(row, column)),
    )
    return sharp(Buffer.from(rows.flat(2)), { raw: { width, height, channels: 3 } })
  }
  const input = { height: 48, width: 32 }
  const expected = await decodeForModel(await picture(32, 48, colourAt).png().toBuffer(), input)
  for (const [index, place] of uprightPlace.entries()) {
    const [width, height] = index < 4 ? [32, 48] : [48, 32]
    const stored = picture(width, height, (row, column) => colourAt(...place(row, column)))
    const file = await stored
      .withMetadata({ orientation: index + 1 })
      .jpeg({ quality: 95 })
      .toBuffer()
    const difference = meanDifference(await decodeForModel(file, input), expected)
    assert.ok(difference < 6, `orientation ${index + 1}: ${difference}`)
  }
})

test('a picture that cannot be decoded is an error with the reason as its code', async () => {
  const jpeg = await drawnPicture(200, 150).jpeg().toBuffer()
  const cases: [Buffer, string][] = [
    [jpeg.subarray(0, jpeg.length >> 1), 'truncated'],
    [Buffer.from('<html></html>'), 'not_an_image'],
    [Buffer.alloc(0), 'empty_file'],
  ]
  for (const [bytes, code] of cases)
    await assert.rejects(decodeForModel(bytes, size), { code, fault: 'user' })
  const limits = { ...defaultDecodeLimits, maxPixels: 100 }
  await assert.rejects(decodeForModel(jpeg, { ...size, limits }), { code: 'too_many_pixels' })
})

test('a decode beyond the limit on seconds is given up', async () => {
  const large = await drawnPicture(3000, 2000).avif({ effort: 0 }).toBuffer()
  const limits = { ...defaultDecodeLimits, seconds: 0.001 }
  await assert.rejects(decodeForModel(large, { ...size, limits }), { code: 'decode_timeout' })
})
