import { column, nullable } from './column.ts'
import { defineTable } from './defineTable.ts'
import { scores } from './scores.ts'

/** What the inspect stage measured; `images` and `quality` are derived from it by a query. */
export const inspections = defineTable({
  name: 'inspections',
  row: 'one origin of the manifest with all that one pass over its bytes can tell',
  key: ['origin'],
  columns: {
    origin: column('text', 'URI the image came from'),
    image_id: nullable(
      'text',
      'the Open Images id where the name is one, else the first 16 hex of the SHA-256; null where no byte could be read',
    ),
    sha256: nullable('text', 'SHA-256 of the bytes, 64 hex digits'),
    bytes: nullable('int64', 'bytes read'),
    format: nullable('text', 'jpeg, png, webp, gif, tiff, avif, ... by content, never by name'),
    height: nullable('int32', 'pixels, after the EXIF orientation is applied'),
    width: nullable('int32', 'pixels, after the EXIF orientation is applied'),
    n_channels: nullable('int32', 'channels as stored: 1, 2, 3 or 4'),
    mode: nullable('text', 'L, LA, RGB, RGBA, CMYK, with ;16 for 16 bits a channel'),
    exif_orientation: nullable('int32', '1 to 8; null without EXIF'),
    captured_at: nullable('timestamp', 'EXIF DateTimeOriginal (read as UTC where EXIF gives no offset)'),
    latitude: nullable('float64', 'degrees north'),
    longitude: nullable('float64', 'degrees east'),
    fault: nullable(
      'text',
      'rejected: the bytes are unfit; failed: they could not be read this time; null: decoded',
    ),
    reasons: column(
      'text_list',
      'reason codes found in this pass, in order of weight; empty when nothing is wrong',
    ),
    detail: nullable('text', 'what the reader or decoder said, for people'),
    ...scores,
  },
})
