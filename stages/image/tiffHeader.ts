import type { ImageHeader } from './ImageHeader.ts'
import { numbers, openTiff, readDirectory, type TiffDirectory, type TiffFile } from './tiffDirectory.ts'

const tag = {
  subfileType: 254,
  width: 256,
  height: 257,
  compression: 259,
  stripOffsets: 273,
  stripBytes: 279,
  tileOffsets: 324,
  tileBytes: 325,
  sampleFormat: 339,
  bitsPerSample: 258,
  jpegTables: 347,
} as const

/** Compression schemes that the decoder reads; others (old-style JPEG, ThunderScan, ...) are refused by number. */
const readCompressions = new Set([1, 2, 3, 4, 5, 7, 8, 32773, 32946, 50000, 50001])
/** Strips or tiles whose extent is checked: rows of a very tall picture, one strip each. */
const maxStrips = 100_000

/** TIFF 6.0 and BigTIFF: the size of the first page, pages up to `countTo` (thumbnails not counted), extents beyond the end. */
export function tiffHeader(bytes: Uint8Array, countTo: number): ImageHeader {
  const file = openTiff(bytes)
  const first = file && readDirectory(file, file.firstDirectory)
  if (file === undefined || first === undefined) return { height: null, width: null, frames: 1, cut: true }
  const [width = null] = numbers(file, first.entries.get(tag.width), 1)
  const [height = null] = numbers(file, first.entries.get(tag.height), 1)
  const unsupported = unsupportedVariant(file, first)
  return {
    height,
    width,
    frames: countPages(file, first, countTo),
    cut: dataReach(file, first) > bytes.length,
    ...(unsupported === undefined ? {} : { unsupported }),
  }
}

function countPages(file: TiffFile, first: TiffDirectory, countTo: number): number {
  const seen = new Set([file.firstDirectory])
  let pages = 1
  for (let next = first.next; next !== 0 && pages < countTo && !seen.has(next); ) {
    seen.add(next)
    const directory = readDirectory(file, next)
    if (directory === undefined) break
    const [subfileType = 0] = numbers(file, directory.entries.get(tag.subfileType), 1)
    // Bit 0: a reduced copy of another page. Bit 2: a transparency mask.
    if ((subfileType & 5) === 0 && directory.entries.has(tag.width)) pages += 1
    // A chain of thumbnails alone must end too.
    if (seen.size > 1000) break
    next = directory.next
  }
  return pages
}

/** One past the last byte that the page claims: of its directory, of what decoding needs, of its strips or tiles. */
function dataReach(file: TiffFile, { entries, end }: TiffDirectory): number {
  const values = [tag.bitsPerSample, tag.jpegTables].map(number => entries.get(number)?.end ?? 0)
  let reach = Math.max(end, ...values)
  for (const [offsets, sizes] of [
    [tag.stripOffsets, tag.stripBytes],
    [tag.tileOffsets, tag.tileBytes],
  ] as const) {
    reach = Math.max(reach, entries.get(offsets)?.end ?? 0, entries.get(sizes)?.end ?? 0)
    const lengths = numbers(file, entries.get(sizes), maxStrips)
    numbers(file, entries.get(offsets), maxStrips).forEach((start, index) => {
      reach = Math.max(reach, start + (lengths[index] ?? 0))
    })
  }
  return reach
}

function unsupportedVariant(file: TiffFile, { entries }: TiffDirectory): string | undefined {
  const [compression = 1] = numbers(file, entries.get(tag.compression), 1)
  if (!readCompressions.has(compression)) return `a TIFF of compression ${compression}`
  const [sampleFormat = 1] = numbers(file, entries.get(tag.sampleFormat), 1)
  const [bits = 1] = numbers(file, entries.get(tag.bitsPerSample), 1)
  if (sampleFormat !== 1) return `a TIFF of sample format ${sampleFormat}, not unsigned whole numbers`
  return bits > 16 ? `a TIFF of ${bits} bits a sample` : undefined
}
