import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { defineStage } from '../../../../../stages/Stage.ts'
import { batchToRows, rowsToBatch } from '../../../../../tables/batch.ts'
import { column } from '../../../../../tables/column.ts'

const params = z.object({
  /** Milliseconds that a batch takes. */
  slow: z.number().default(0),
})

export const measuringInput = { blob: column('binary', 'bytes') } as const
export const measuringOutput = {
  length: column('int32', 'of the bytes'),
  sum: column('float64', 'of the bytes'),
  blob: column('binary', 'the same bytes'),
} as const

/** Measures bytes and gives them back. */
export default defineStage<z.infer<typeof params>, typeof measuringInput, typeof measuringOutput>({
  name: 'measuring',
  module: import.meta.url,
  version: '1',
  input: measuringInput,
  output: measuringOutput,
  params,
  async *map(input, { params: { slow } }) {
    for await (const batch of input) {
      if (slow > 0) await sleep(slow)
      yield rowsToBatch(
        measuringOutput,
        batchToRows(measuringInput, batch).map(({ blob }) => ({
          length: blob.length,
          sum: blob.reduce((total, byte) => total + byte, 0),
          blob,
        })),
      )
    }
  },
})
