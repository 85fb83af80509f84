import { ByteReader } from '../image/ByteReader.ts'

/** Where the first frame of a GIF lies on its screen, and what is transparent in it. */
export interface GifFrame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** RGB of the transparent palette entry, which decoders do not show; undefined where nothing is transparent. */
  readonly transparent: readonly [red: number, green: number, blue: number] | undefined
}

/** Reads up to the first image descriptor; undefined where there is none. */
export function gifFirstFrame(bytes: Uint8Array): GifFrame | undefined {
  const reader = new ByteReader(bytes, true)
  const byte = (offset: number) => reader.unsigned(offset, 1) ?? 0
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  let table = 13
  let offset = table + tableBytes(byte(10))
  let transparentIndex: number | undefined
  for (; offset < reader.length; ) {
    const introducer = byte(offset)
    if (introducer === 0x3b) return undefined
    if (introducer === 0x21) {
      // A graphic control extension: bit 0 of its flags says that an index is transparent.
      if (byte(offset + 1) === 0xf9) transparentIndex = byte(offset + 3) & 1 ? byte(offset + 6) : undefined
      offset += 2
      for (let length = byte(offset); length !== 0; length = byte(offset)) offset += 1 + length
      offset += 1
    } else if (introducer === 0x2c) {
      const [left = 0, top = 0, width = 0, height = 0] = [1, 3, 5, 7].map(at =>
        reader.unsigned(offset + at, 2),
      )
      if (byte(offset + 9) & 0x80) table = offset + 10
      if (transparentIndex === undefined) return { left, top, width, height, transparent: undefined }
      const entry = table + 3 * transparentIndex
      return { left, top, width, height, transparent: [byte(entry), byte(entry + 1), byte(entry + 2)] }
    } else offset += 1
  }
  return undefined
}
