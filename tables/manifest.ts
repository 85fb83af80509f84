import { column, nullable } from './column.ts'
import { defineTable } from './defineTable.ts'

/** What there is to read. No engine ever lists a bucket: the rows of a manifest are the rows of a job. */
export const manifest = defineTable({
  name: 'manifest',
  row: 'one origin that a listing, an inventory or a csv named',
  key: ['origin'],
  columns: {
    origin: column('text', 'URI the image came from: file:///..., s3://...'),
    bytes: nullable('int64', 'size in bytes, where the listing said it'),
    etag: nullable('text', 'entity tag of the object; null for files'),
    modified_at: nullable('timestamp', 'last modification'),
    supplier_id: nullable('text', 'who sent it'),
    submission_id: nullable('text', 'the delivery it came in'),
  },
})
