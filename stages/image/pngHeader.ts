import { ByteReader } from './ByteReader.ts'
import type { ImageHeader } from './ImageHeader.ts'

interface Chunk {
  readonly type: string
  readonly start: number
  /** One past the checksum; may lie beyond the end of a cut file. */
  readonly end: number
}

/** The chunks of a PNG in order; at least 12 bytes each, so there are at most length / 12. */
function* chunks(reader: ByteReader): Generator<Chunk> {
  for (let start = 8; ; ) {
    const length = reader.unsigned(start, 4)
    if (length === undefined) return
    const end = start + 12 + length
    yield { type: reader.text(start + 4, 4), start, end }
    start = end
  }
}

/** PNG and APNG (https://www.w3.org/TR/png-3): the size, the frames that acTL declares, whether IEND is reached. */
export function pngHeader(bytes: Uint8Array): ImageHeader {
  const reader = new ByteReader(bytes, false)
  let animated = 0
  let pictureIsFrame = false
  let pictureSeen = false
  let ended = false
  for (const { type, start, end } of chunks(reader)) {
    if (end > reader.length) break
    if (type === 'IEND') ended = true
    if (ended) break
    if (type === 'IDAT') pictureSeen = true
    // An acTL after the first IDAT makes no animation; without an fcTL before it, the picture is no frame of the animation.
    if (type === 'acTL' && !pictureSeen) animated = reader.unsigned(start + 8, 4) ?? 0
    if (type === 'fcTL' && !pictureSeen) pictureIsFrame = true
  }
  const isHeaderFirst = reader.text(12, 4) === 'IHDR'
  return {
    height: isHeaderFirst ? (reader.unsigned(20, 4) ?? null) : null,
    width: isHeaderFirst ? (reader.unsigned(16, 4) ?? null) : null,
    frames: Math.max(1, animated + (pictureIsFrame ? 0 : 1)),
    cut: !ended,
  }
}

const textChunks = new Set(['tEXt', 'zTXt', 'iTXt'])

/**
 * A PNG without its text chunks: each of them may inflate to megabytes from a few kilobytes, and a file may hold a thousand.
 * The pixels do not depend on them. Returns the bytes given where there are none.
 */
export function withoutText(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes, false)
  const kept: Uint8Array[] = []
  let from = 0
  for (const { type, start, end } of chunks(reader)) {
    if (!textChunks.has(type)) continue
    kept.push(bytes.subarray(from, start))
    from = Math.min(end, bytes.length)
  }
  return from === 0 ? bytes : Buffer.concat([...kept, bytes.subarray(from)])
}
