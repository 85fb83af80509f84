import { ByteReader } from './ByteReader.ts'
import type { ImageHeader } from './ImageHeader.ts'

/**
 * Scans decoded: a progressive picture has about ten. Each costs a pass over all pixels and may take 20 bytes, and no decoder can be
 * stopped between them.
 */
const maxScans = 100

/**
 * JPEG (ITU-T T.81, annex B): walks the markers to the frame header (SOF), then to the end of the image (EOI). Cut where no EOI
 * comes. What follows the EOI (thumbnails, gain maps, an appended archive) is not looked at.
 */
export function jpegHeader(bytes: Uint8Array): ImageHeader {
  const reader = new ByteReader(bytes, false)
  let height: number | null = null
  let width: number | null = null
  let progressive = false
  let scans = 0
  let unsupported: string | undefined
  let oddButHarmless = false
  let ended = false
  let soundEnd = reader.length

  for (let offset = 2; ; ) {
    // Between segments, and inside entropy-coded data, the next marker is 0xFF and neither a stuffed zero, a restart nor a fill.
    offset = nextMarker(reader, offset)
    const marker = reader.unsigned(offset + 1, 1)
    if (marker === undefined) break
    if (marker === 0xd9) {
      ended = true
      break
    }
    const segment = offset + 2
    const length = reader.unsigned(segment, 2)
    if (length === undefined || segment + length > reader.length) {
      soundEnd = offset
      break
    }
    if (isFrame(marker) && width === null) {
      progressive = (marker & 3) === 2
      unsupported = unsupportedFrame(marker, reader.unsigned(segment + 2, 1))
      height = reader.unsigned(segment + 3, 2) ?? null
      width = reader.unsigned(segment + 5, 2) ?? null
    }
    if (marker === 0xe0 && reader.text(segment + 2, 4) === 'JFIF')
      oddButHarmless ||= reader.unsigned(segment + 7, 1) !== 1
    if (marker === 0xee && length >= 14 && reader.text(segment + 2, 5) === 'Adobe')
      oddButHarmless ||= (reader.unsigned(segment + 13, 1) ?? 0) > 2
    if (marker === 0xda) scans += 1
    if (marker === 0xda && !progressive) {
      const parameters = segment + 3 + 2 * (reader.unsigned(segment + 2, 1) ?? 0)
      oddButHarmless ||= reader.unsigned(parameters, 3) !== 0x003f00
    }
    offset = segment + length
  }
  if (scans > maxScans) unsupported = `a JPEG of more than ${maxScans} scans`
  return {
    height,
    width,
    frames: 1,
    cut: !ended,
    ...(unsupported === undefined ? {} : { unsupported }),
    jpeg: { progressive, soundEnd, scans, oddButHarmless },
  }
}

/** Of the processes of T.81 only the sequential and the progressive one, with 8 bits a sample, are read. */
function unsupportedFrame(marker: number, bits: number | undefined): string | undefined {
  if (bits !== undefined && bits !== 8) return `a JPEG of ${bits} bits a sample`
  return (marker & 3) === 3 || (marker & 4) !== 0 ? 'a lossless or hierarchical JPEG' : undefined
}

function nextMarker(reader: ByteReader, start: number): number {
  let offset = start
  for (;;) {
    offset = reader.bytes.indexOf(0xff, offset)
    if (offset < 0) return reader.length
    const code = reader.unsigned(offset + 1, 1)
    if (code === undefined) return reader.length
    if (code !== 0 && code !== 1 && code !== 0xff && (code < 0xd0 || code > 0xd8)) return offset
    offset += code === 0xff ? 1 : 2
  }
}

/** SOF0 to SOF15 without the tables (DHT, DAC) and the reserved JPG that lie among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}
