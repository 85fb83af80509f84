import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { defaultDecodeLimits } from '../../../stages/image/limits.ts'
import { imageFacts } from '../../../stages/inspect/imageFacts.ts'
import { drawnPicture } from '../drawnPicture.ts'

const verdictOf = async (bytes: Uint8Array) =>
  (await imageFacts(bytes, defaultDecodeLimits)).problem?.code ?? 'accepted'

async function pixelsOf(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes, { failOn: 'none' }).raw().toBuffer()
}

for (const progressive of [false, true]) {
  const kind = progressive ? 'progressive' : 'baseline'
  test(`a ${kind} JPEG cut anywhere is truncated, unless every pixel is there all the same`, async () => {
    const whole = await drawnPicture(97, 61).jpeg({ quality: 80, progressive }).toBuffer()
    const pixels = await pixelsOf(whole)
    const step = Math.max(1, Math.floor(whole.length / 60))
    const lengths = [1, 2, 3, 4, 20, ...Array.from({ length: 60 }, (_, n) => n * step).filter(n => n > 3)]
    for (let tail = 1; tail <= 12; tail++) lengths.push(whole.length - tail)
    for (const length of lengths) {
      const verdict = await verdictOf(whole.subarray(0, length))
      if (verdict === 'accepted')
        assert.ok((await pixelsOf(whole.subarray(0, length))).equals(pixels), `cut to ${length}`)
      else
        assert.equal(
          verdict,
          length < 3 ? 'not_an_image' : 'truncated',
          `cut to ${length} of ${whole.length}`,
        )
    }
  })
}

test('a JPEG that lacks only its end marker is accepted', async () => {
  const whole = await drawnPicture(97, 61).jpeg().toBuffer()
  assert.equal(await verdictOf(whole.subarray(0, -2)), 'accepted')
})

test('a JPEG with odd but harmless values is accepted whole and truncated when cut', async () => {
  const plain = await drawnPicture(97, 61).jpeg().toBuffer()
  // A JFIF header of revision 9.1, of which decoders warn.
  const header = Buffer.from('\xff\xe0\0\x10JFIF\0\x09\x01\0\0\x01\0\x01\0\0', 'latin1')
  const whole = Buffer.concat([plain.subarray(0, 2), header, plain.subarray(2)])
  assert.equal(await verdictOf(whole), 'accepted')
  for (const length of [400, whole.length >> 1, whole.length - 40])
    assert.equal(await verdictOf(whole.subarray(0, length)), 'truncated', `cut to ${length}`)
})

test('a JPEG whose second half was replaced by zeros is truncated', async () => {
  const bytes = await drawnPicture(97, 61).jpeg().toBuffer()
  assert.equal(await verdictOf(Buffer.from(bytes).fill(0, bytes.length >> 1)), 'truncated')
})

test('any other format cut in its middle is truncated', async () => {
  for (const format of ['png', 'gif', 'webp', 'tiff', 'avif'] as const) {
    const whole = await drawnPicture(97, 61).toFormat(format).toBuffer()
    for (const share of [0.3, 0.6, 0.9])
      assert.equal(
        await verdictOf(whole.subarray(0, Math.floor(whole.length * share))),
        'truncated',
        `${format} ${share}`,
      )
  }
})

test('data after the end of a JPEG is no damage', async () => {
  const whole = await drawnPicture(97, 61).jpeg().toBuffer()
  assert.equal(await verdictOf(Buffer.concat([whole, Buffer.from('PK\x03\x04 and more')])), 'accepted')
})

test('a PNG with a wrong checksum on its pixels is corrupt', async () => {
  const bytes = await drawnPicture(97, 61).png().toBuffer()
  const damaged = Buffer.from(bytes)
  const middle = bytes.length >> 1
  damaged[middle] = (bytes[middle] as number) ^ 0xff
  assert.equal(await verdictOf(damaged), 'corrupt')
})

test('text chunks that inflate to megabytes never reach the decoder', async () => {
  const { deflateSync, crc32 } = await import('node:zlib')
  const png = await drawnPicture(20, 20).png().toBuffer()
  const body = Buffer.concat([Buffer.from('zTXtbomb\0\0'), deflateSync(Buffer.alloc(6 * 2 ** 20, 0x30))])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(body.length - 4)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  const bomb = Buffer.concat([png.subarray(0, 33), ...Array<Buffer>(400).fill(chunk), png.subarray(33)])
  const before = process.resourceUsage().maxRSS
  assert.equal(await verdictOf(bomb), 'accepted')
  assert.ok(process.resourceUsage().maxRSS - before < 50_000)
})
