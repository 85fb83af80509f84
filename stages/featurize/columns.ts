import { column, nullable } from '../../tables/column.ts'

/** What featurize reads: one accepted image a row. Size and bytes only serve to bound the memory of what is under way. */
export const featurizeInput = {
  image_id: column('text', 'the image'),
  origin: column('text', 'URI of its bytes'),
  sha256: column('text', 'SHA-256 that ingest saw'),
  bytes: column('int64', 'size of the file'),
  pixels: column('int64', 'height x width'),
} as const

/** What featurize makes of it: an embedding, or a reason. */
export const featurizeOutput = {
  image_id: column('text', 'the image'),
  origin: column('text', 'URI of its bytes'),
  image_sha256: column('text', 'SHA-256 of the bytes that were seen'),
  embedding: nullable('vector', 'the features; null where there is a reason'),
  code: nullable('text', 'reason code; null where there is an embedding'),
  message: nullable('text', 'what was said, for people'),
} as const
