import { ByteReader } from './ByteReader.ts'
import type { ImageHeader } from './ImageHeader.ts'

/** Boxes looked at on the top level; real files have three to six. */
const maxBoxes = 1000
/** Pictures whose size is looked at: a grid of tiles names each of its tiles. */
const maxPictures = 10_000

/**
 * AVIF (ISO base media boxes, ISO/IEC 14496-12 and 23008-12): the size of the largest picture declared (the whole of a grid is larger
 * than its tiles), whether it is an image sequence, whether the boxes reach beyond the end.
 */
export function avifHeader(bytes: Uint8Array): ImageHeader {
  const reader = new ByteReader(bytes, false)
  let size: Size | undefined
  let offset = 0
  let cut = false
  for (let box = 0; box < maxBoxes && offset < reader.length; box++) {
    const short = reader.unsigned(offset, 4)
    // 0: to the end of the file. 1: a size of 64 bits follows the type.
    if (short === 0) break
    const length = short === 1 ? reader.unsigned64(offset + 8) : short
    if (length === undefined || length < 8) {
      cut = length === undefined
      break
    }
    if (reader.text(offset + 4, 4) === 'meta') size = largestPicture(reader, offset, offset + length)
    offset += length
  }
  return {
    height: size?.height ?? null,
    width: size?.width ?? null,
    frames: reader.text(8, 4) === 'avis' ? 2 : 1,
    cut: cut || offset > reader.length,
  }
}

interface Size {
  readonly height: number
  readonly width: number
}

/** Image spatial extents (`ispe`): type, version and flags, width, height, of 4 bytes each. */
function largestPicture(reader: ByteReader, start: number, end: number): Size | undefined {
  let largest: Size | undefined
  let found = start
  for (let picture = 0; picture < maxPictures; picture++) {
    found = reader.bytes.indexOf('ispe', found + 1, 'latin1')
    if (found < 0 || found >= end) break
    const [width, height] = [reader.unsigned(found + 8, 4), reader.unsigned(found + 12, 4)]
    if (width === undefined || height === undefined) break
    if (largest === undefined || width * height > largest.width * largest.height) largest = { height, width }
  }
  return largest
}
