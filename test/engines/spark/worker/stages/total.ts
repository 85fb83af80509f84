import { z } from 'zod'
import { defineStage } from '../../../../../stages/Stage.ts'
import { batchToRows, rowsToBatch } from '../../../../../tables/batch.ts'
import { column } from '../../../../../tables/column.ts'

const params = z.object({
  /** Batches after which it has enough. */
  atMost: z.number().default(Infinity),
  /** A file whose path it gives. */
  path: z.string().default(''),
})

export const totalInput = {
  id: column('text', 'names the row'),
  number: column('int64', 'what is added'),
} as const
export const totalOutput = {
  sum: column('int64', 'of all numbers'),
  batches: column('int32', 'that were read'),
  path: column('text', 'of the file'),
} as const

/** Adds up what it gets: one row, however many came. */
export default defineStage<z.infer<typeof params>, typeof totalInput, typeof totalOutput>({
  name: 'total',
  module: import.meta.url,
  version: '1',
  input: totalInput,
  output: totalOutput,
  params,
  async *map(input, { params: { atMost, path } }) {
    let sum = 0
    let batches = 0
    for await (const batch of input) {
      for (const { number } of batchToRows(totalInput, batch)) sum += number
      if (++batches >= atMost) break
    }
    yield rowsToBatch(totalOutput, [{ sum, batches, path }])
  },
})
