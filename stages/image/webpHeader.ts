import { ByteReader } from './ByteReader.ts'
import type { ImageHeader } from './ImageHeader.ts'

/** WebP (RFC 9649): the canvas of VP8X, or the picture of VP8 and VP8L, and how many ANMF frames there are, up to `countTo`. */
export function webpHeader(bytes: Uint8Array, countTo: number): ImageHeader {
  const reader = new ByteReader(bytes, true)
  let height: number | null = null
  let width: number | null = null
  let frames = 0

  for (let offset = 12; offset + 8 <= reader.length && frames < countTo; ) {
    const type = reader.text(offset, 4)
    const length = reader.unsigned(offset + 4, 4) ?? 0
    const data = offset + 8
    if (type === 'ANMF') frames += 1
    if (width === null) [height, width] = pictureSize(reader, type, data)
    offset = data + length + (length & 1)
  }
  const cut = 8 + (reader.unsigned(4, 4) ?? Number.POSITIVE_INFINITY) > reader.length
  return { height, width, frames: Math.max(1, frames), cut }
}

function pictureSize(reader: ByteReader, type: string, data: number): [number | null, number | null] {
  const field = (offset: number, size: number, mask: number, add: number) => {
    const value = reader.unsigned(data + offset, size)
    return value === undefined ? null : (value & mask) + add
  }
  if (type === 'VP8X') return [field(7, 3, 0xffffff, 1), field(4, 3, 0xffffff, 1)]
  if (type === 'VP8 ') return [field(8, 2, 0x3fff, 0), field(6, 2, 0x3fff, 0)]
  if (type === 'VP8L') {
    // A signature byte, then 14 bits of width - 1 and 14 bits of height - 1.
    const bits = reader.unsigned(data + 1, 4)
    return bits === undefined ? [null, null] : [((bits >>> 14) & 0x3fff) + 1, (bits & 0x3fff) + 1]
  }
  return [null, null]
}
