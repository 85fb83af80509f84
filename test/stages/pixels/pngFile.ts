import { crc32, deflateSync } from 'node:zlib'

export interface PngFileOptions {
  /** 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA. */
  readonly colourType: 0 | 2 | 3 | 4 | 6
  readonly bits: 1 | 2 | 4 | 8 | 16
  /** Content of tRNS. */
  readonly transparency?: readonly number[]
}

const samplesOfType = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const
const side = 37

/** A PNG of 37 x 37 pixels of every kind that the format has, also those that encoders do not write. */
export function pngFile({ colourType, bits, transparency }: PngFileOptions): Buffer {
  const rowBytes = Math.ceil((side * samplesOfType[colourType] * bits) / 8)
  const rows = Array.from({ length: side }, (_, row) =>
    // Filter 0, then whatever: any bytes are samples.
    [0, ...Array.from({ length: rowBytes }, (_, at) => (row * 31 + at * 57 + ((row * at) >> 3)) & 255)],
  )
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([bits, colourType], 8)
  const palette = Array.from({ length: 3 * 2 ** Math.min(bits, 8) }, (_, at) => (at * 83) & 255)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(colourType === 3 ? [chunk('PLTE', Buffer.from(palette))] : []),
    ...(transparency === undefined ? [] : [chunk('tRNS', Buffer.from(transparency))]),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}
