import { ByteReader } from './ByteReader.ts'

/** The parts of a TIFF 6.0 directory (IFD) that photos need, read within bounds; EXIF is stored in the same structure. */
export interface TiffEntry {
  readonly type: number
  readonly count: number
  /** Where the values are, and one past the last of them; both may lie beyond the end of the file. */
  readonly offset: number
  readonly end: number
}

export interface TiffFile {
  readonly reader: ByteReader
  /** BigTIFF: counts and offsets of 8 bytes. */
  readonly big: boolean
  readonly firstDirectory: number
}

export interface TiffDirectory {
  readonly entries: ReadonlyMap<number, TiffEntry>
  /** One past its last entry, beyond the end of a cut file. */
  readonly end: number
  /** 0 after the last directory. */
  readonly next: number
}

/** Bytes of one value of each field type, by number (TIFF 6.0, section 2; BigTIFF adds 16 to 18). */
const typeBytes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
}

/** Entries read from one directory: real ones have some tens. */
const maxEntries = 512

export function openTiff(bytes: Uint8Array): TiffFile | undefined {
  const order = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(2, bytes.length)).toString('latin1')
  if (order !== 'II' && order !== 'MM') return undefined
  const reader = new ByteReader(bytes, order === 'II')
  const magic = reader.unsigned(2, 2)
  const firstDirectory =
    magic === 42 ? reader.unsigned(4, 4) : magic === 43 ? reader.unsigned64(8) : undefined
  return firstDirectory === undefined ? undefined : { reader, big: magic === 43, firstDirectory }
}

export function readDirectory({ reader, big }: TiffFile, start: number): TiffDirectory | undefined {
  const stored = big ? reader.unsigned64(start) : reader.unsigned(start, 2)
  if (stored === undefined) return undefined
  const [head, size, inline] = big ? [8, 20, 8] : [2, 12, 4]
  const link = start + head + stored * size
  const entries = new Map<number, TiffEntry>()
  for (let index = 0; index < Math.min(stored, maxEntries); index++) {
    const entry = start + head + index * size
    const tag = reader.unsigned(entry, 2)
    const type = reader.unsigned(entry + 2, 2) ?? 0
    const count = big ? reader.unsigned64(entry + 4) : reader.unsigned(entry + 4, 4)
    const bytes = typeBytes[type]
    if (tag === undefined || count === undefined) break
    if (bytes === undefined || entries.has(tag)) continue
    const field = entry + (big ? 12 : 8)
    const pointer = big ? reader.unsigned64(field) : reader.unsigned(field, 4)
    const offset = count * bytes <= inline ? field : pointer
    if (offset !== undefined) entries.set(tag, { type, count, offset, end: offset + count * bytes })
  }
  return { entries, end: link, next: (big ? reader.unsigned64(link) : reader.unsigned(link, 4)) ?? 0 }
}

/** The first `limit` values of a field as numbers; rationals are divided out. Values past the end of the file are left out. */
export function numbers({ reader }: TiffFile, entry: TiffEntry | undefined, limit: number): number[] {
  if (entry === undefined) return []
  const bytes = typeBytes[entry.type] ?? 1
  const values: number[] = []
  for (let index = 0; index < Math.min(entry.count, limit); index++) {
    const value = number(reader, entry.type, entry.offset + index * bytes)
    if (value === undefined) break
    values.push(value)
  }
  return values
}

function number(reader: ByteReader, type: number, offset: number): number | undefined {
  switch (type) {
    case 1:
    case 6:
    case 7:
      return reader.unsigned(offset, 1)
    case 3:
    case 8:
      return reader.unsigned(offset, 2)
    case 4:
    case 9:
    case 13:
      return reader.unsigned(offset, 4)
    case 5:
    case 10: {
      const [over, under] = [reader.unsigned(offset, 4), reader.unsigned(offset + 4, 4)]
      return over === undefined || under === undefined ? undefined : over / under
    }
    case 16:
    case 17:
    case 18:
      return reader.unsigned64(offset)
    default:
      return undefined
  }
}

/** An ASCII field without its end, at most `limit` bytes of it. */
export function text({ reader }: TiffFile, entry: TiffEntry | undefined, limit = 64): string {
  if (entry === undefined) return ''
  return reader.text(entry.offset, Math.min(entry.count, limit)).replace(/\0[\s\S]*$/, '')
}
