import { ByteReader } from './ByteReader.ts'
import type { ImageHeader } from './ImageHeader.ts'

/** GIF (https://www.w3.org/Graphics/GIF/spec-gif89a.txt): counts image descriptors, up to `countTo`, without inflating any. */
export function gifHeader(bytes: Uint8Array, countTo: number): ImageHeader {
  const reader = new ByteReader(bytes, true)
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  let width = reader.unsigned(6, 2) ?? null
  let height = reader.unsigned(8, 2) ?? null
  let offset = 13 + tableBytes(reader.unsigned(10, 1) ?? 0)
  let frames = 0
  let ended = false

  while (!ended && frames < countTo) {
    const introducer = reader.unsigned(offset, 1)
    if (introducer === 0x3b) ended = true
    else if (introducer === 0x21) offset = skipSubBlocks(reader, offset + 2)
    else if (introducer === 0x2c) {
      const flags = reader.unsigned(offset + 9, 1)
      if (flags === undefined) break
      frames += 1
      // A frame may be larger than the screen it is drawn on: decoders then make room for the frame.
      width = Math.max(width ?? 0, reader.unsigned(offset + 5, 2) ?? 0)
      height = Math.max(height ?? 0, reader.unsigned(offset + 7, 2) ?? 0)
      offset = skipSubBlocks(reader, offset + 11 + tableBytes(flags))
    } else if (introducer === undefined) break
    // As lenient decoders do, look for the next block after a byte that starts none.
    else offset += 1
  }
  return { height, width, frames: Math.max(1, frames), cut: !ended && offset >= reader.length }
}

/** Each sub-block is a length and as many bytes; a length of 0 ends them. */
function skipSubBlocks(reader: ByteReader, start: number): number {
  let offset = start
  for (;;) {
    const length = reader.unsigned(offset, 1)
    if (length === undefined) return reader.length
    offset += 1 + length
    if (length === 0) return offset
  }
}
