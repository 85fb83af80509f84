import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sniffFormat } from '../../../stages/image/sniffFormat.ts'
import { drawnPicture } from '../drawnPicture.ts'

const latin1 = (text: string) => Buffer.from(text, 'latin1')

test('pictures are known by their content', async () => {
  const picture = drawnPicture(16, 16)
  for (const format of ['jpeg', 'png', 'gif', 'webp', 'tiff', 'avif'] as const)
    assert.equal(sniffFormat(await picture.clone().toFormat(format).toBuffer()), format)
})

test('what is no readable picture is known by its name', () => {
  const ftyp = (brand: string, ...others: string[]) =>
    latin1(`\0\0\0${String.fromCharCode(16 + 4 * others.length)}ftyp${brand}\0\0\0\0${others.join('')}`)
  const samples: [string, Buffer][] = [
    ['heif', ftyp('heic', 'mif1', 'heic')],
    ['heif', ftyp('mif1', 'heic')],
    ['avif', ftyp('mif1', 'avif', 'miaf')],
    ['mp4', ftyp('isom', 'iso2', 'avc1')],
    ['raw', ftyp('crx ', 'isom')],
    ['bmp', latin1(`BM${'\0'.repeat(12)}\x28\0\0\0${'\0'.repeat(36)}`)],
    ['jp2', latin1('\0\0\0\x0cjP  \r\n\x87\n')],
    ['jxl', latin1('\xff\x0a\0\0')],
    ['psd', latin1('8BPS\0\x01')],
    ['ico', latin1('\0\0\x01\0\x01\0')],
    ['pnm', latin1('P6 2 2 255 ')],
    ['pdf', latin1('%PDF-1.7\n')],
    ['zip', latin1('PK\x03\x04')],
    ['riff', latin1('RIFF\0\0\0\0WAVE')],
    ['html', latin1('\n<!DOCTYPE html><title>404 Not Found</title>')],
    ['html', latin1('<!-- cached --><html></html>')],
    ['html', latin1('<html><body><svg viewBox="0 0 1 1"></svg>Not found')],
    ['svg', latin1('<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['svg', Buffer.from('\ufeff<svg width="1" height="1"/>')],
    ['xml', latin1('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
    ['text', Buffer.from('Bmi,größe\n1,2\n')],
    ['unknown', Buffer.from([0, 1, 2, 3])],
    ['unknown', Buffer.alloc(0)],
  ]
  for (const [format, bytes] of samples) assert.equal(sniffFormat(bytes), format, bytes.toString('latin1'))
})

test('thousands of comments are no trap', () => {
  const started = process.cpuUsage()
  assert.equal(sniffFormat(latin1(`${'<!-- -->'.repeat(2000)}x`)), 'text')
  assert.equal(sniffFormat(latin1('<!--'.repeat(2000))), 'text')
  assert.ok(process.cpuUsage(started).user < 2e6)
})

test('any bytes have some format, and a long tail does not matter', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      assert.equal(typeof sniffFormat(bytes), 'string')
      const padded = Buffer.concat([bytes, Buffer.alloc(5000, 0x20)])
      assert.equal(sniffFormat(Buffer.concat([padded, Buffer.alloc(100, 1)])), sniffFormat(padded))
    }),
  )
})
