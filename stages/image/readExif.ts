import { numbers, openTiff, readDirectory, type TiffDirectory, type TiffFile, text } from './tiffDirectory.ts'

/** What of a camera's EXIF a catalog needs; null where it is absent or makes no sense. */
export interface ExifFacts {
  /** Microseconds since 1970-01-01T00:00:00Z; read as UTC where EXIF gives no offset. */
  readonly capturedAt: number | null
  /** Degrees north and east (WGS 84); both or neither. */
  readonly latitude: number | null
  readonly longitude: number | null
}

const noFacts: ExifFacts = { capturedAt: null, latitude: null, longitude: null }

/** EXIF 2.32 (CIPA DC-008): pointers in the first directory, then tags of the EXIF and of the GPS directory. */
const tag = {
  exif: 0x8769,
  gps: 0x8825,
  dateTimeOriginal: 0x9003,
  offsetTimeOriginal: 0x9011,
  subSecTimeOriginal: 0x9291,
  latitudeRef: 1,
  latitude: 2,
  longitudeRef: 3,
  longitude: 4,
} as const

/** Reads EXIF bytes, with or without their `Exif\0\0` prefix, or a whole TIFF file. Malformed EXIF gives nulls, never an error. */
export function readExif(bytes: Uint8Array): ExifFacts {
  const prefixed = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(6, bytes.length)).equals(exifPrefix)
  const file = openTiff(prefixed ? bytes.subarray(6) : bytes)
  const main = file && readDirectory(file, file.firstDirectory)
  if (file === undefined || main === undefined) return noFacts
  const pointed = (pointer: number) => {
    const [start] = numbers(file, main.entries.get(pointer), 1)
    return start === undefined ? undefined : readDirectory(file, start)
  }
  const exif = pointed(tag.exif)
  const gps = pointed(tag.gps)
  return {
    capturedAt: exif === undefined ? null : captureTime(file, exif),
    ...(gps === undefined ? { latitude: null, longitude: null } : position(file, gps)),
  }
}

const exifPrefix = Buffer.from('Exif\0\0', 'latin1')

function captureTime(file: TiffFile, { entries }: TiffDirectory): number | null {
  const written = text(file, entries.get(tag.dateTimeOriginal))
  const match = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(written)
  if (match === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  const utc = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  // Date.UTC rolls 31 February over into March. Years beyond 2255 are above what a column of microseconds can take.
  if (
    year < 1800 ||
    year > 2200 ||
    utc.getUTCMonth() !== month - 1 ||
    utc.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59
  )
    return null
  const fraction = /^\d+/.exec(text(file, entries.get(tag.subSecTimeOriginal)))?.[0] ?? ''
  const micros = Number(fraction.padEnd(6, '0').slice(0, 6))
  return (utc.getTime() - offsetMilliseconds(text(file, entries.get(tag.offsetTimeOriginal)))) * 1000 + micros
}

/** `+02:00` east of Greenwich; 0 where it is absent or is no offset. */
function offsetMilliseconds(written: string): number {
  const match = /^([+-])(\d\d):(\d\d)/.exec(written)
  if (match === null) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return minutes > 14 * 60 ? 0 : (match[1] === '-' ? -1 : 1) * minutes * 60_000
}

function position(file: TiffFile, { entries }: TiffDirectory): Pick<ExifFacts, 'latitude' | 'longitude'> {
  const degrees = (value: number, ref: number, positive: string, negative: string, limit: number) => {
    const parts = numbers(file, entries.get(value), 3)
    const hemisphere = text(file, entries.get(ref)).trim().toUpperCase()
    if (parts.length === 0 || (hemisphere !== positive && hemisphere !== negative)) return null
    const [degree = 0, minute = 0, second = 0] = parts
    const magnitude = degree + minute / 60 + second / 3600
    // 0/0 gives NaN. Adding 0 turns -0 into 0.
    if (!(magnitude >= 0 && magnitude <= limit)) return null
    return (hemisphere === negative ? -magnitude : magnitude) + 0
  }
  const latitude = degrees(tag.latitude, tag.latitudeRef, 'N', 'S', 90)
  const longitude = degrees(tag.longitude, tag.longitudeRef, 'E', 'W', 180)
  return latitude === null || longitude === null
    ? { latitude: null, longitude: null }
    : { latitude, longitude }
}
