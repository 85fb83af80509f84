import { z } from 'zod'
import { defineStage } from '../../stages/Stage.ts'
import { rowsToBatch } from '../../tables/batch.ts'
import { column } from '../../tables/column.ts'

export const countedBytes = {
  blobs: column('int64', 'rows of a batch'),
  bytes: column('int64', 'bytes of all their blobs'),
} as const

const blobs = { blob: column('binary', 'any bytes') } as const

/** One row for each batch; the bytes are only counted. For `aggregate` commands: it gives fewer rows than it takes. */
export default defineStage({
  name: 'count-bytes',
  module: import.meta.url,
  version: '1',
  input: blobs,
  output: countedBytes,
  params: z.object({}),
  async *map(input) {
    for await (const batch of input) {
      const data = batch.getChild('blob')?.data[0]
      const offsets: Int32Array = data?.valueOffsets ?? new Int32Array(1)
      const bytes = (offsets[batch.numRows] ?? 0) - (offsets[0] ?? 0)
      yield rowsToBatch(countedBytes, [{ blobs: batch.numRows, bytes }])
    }
  },
})
