import { column, nullable } from './column.ts'
import { defineTable } from './defineTable.ts'
import { inspections } from './inspections.ts'

const {
  sha256,
  bytes,
  format,
  height,
  width,
  n_channels,
  mode,
  exif_orientation,
  captured_at,
  latitude,
  longitude,
} = inspections.columns

export const images = defineTable({
  name: 'images',
  row: 'one origin that was read, with its verdict',
  key: ['origin'],
  columns: {
    image_id: nullable(
      'text',
      'the Open Images id where the name is one, else the first 16 hex of the SHA-256',
    ),
    sha256,
    origin: column('text', 'URI the image came from'),
    bytes,
    format,
    height,
    width,
    n_channels,
    mode,
    exif_orientation,
    captured_at,
    latitude,
    longitude,
    supplier_id: nullable('text', 'who sent it'),
    submission_id: nullable('text', 'the delivery it came in'),
    verdict: column('text', 'accepted, rejected, quarantined or failed'),
    reasons: column('text_list', 'why, as codes; empty when accepted'),
    detail: nullable('text', 'what the reader or decoder said, for people'),
    rules_version: column('text', 'version of the rules that gave the verdict'),
    run_id: column('text', 'the run that wrote the row'),
    ingested_at: column('timestamp', 'start of that run'),
  },
})
