import { rowsToBatch } from '../../tables/batch.ts'
import { defineStage } from '../Stage.ts'
import { gradientInput, gradientOutput } from './columns.ts'
import { doublesToBytes } from './floats.ts'
import { KeptPart, KeptParts } from './KeptParts.ts'
import { type GradientParams, gradientParams } from './params.ts'
import { partSums } from './partSums.ts'
import { readParts } from './readParts.ts'

/**
 * Partial sums of one evaluation of a head's objective over parts of the training rows, one row for each part: what a distributed solver
 * adds up. An aggregate: its outputs are not its inputs' rows.
 *
 * A part that was read may be kept in the thread, so that a later evaluation asks for it by its number alone; whoever gets such an
 * answer without sums sends the rows.
 */
export default defineStage<GradientParams, typeof gradientInput, typeof gradientOutput>({
  name: 'gradient',
  module: import.meta.url,
  version: '1',
  input: gradientInput,
  output: gradientOutput,
  params: gradientParams,
  async *map(input, { params, signal, keep }) {
    const { dataset, keepBytes } = params
    const keptParts = await keep('gradient parts', async () => new KeptParts())
    for await (const { part, rows } of readParts(input, params)) {
      signal.throwIfAborted()
      const kept = rows === undefined ? keptParts.get(dataset, part) : new KeptPart(rows)
      if (kept === undefined) {
        yield rowsToBatch(gradientOutput, [{ part, rows: 0, columns: 0, sums: null }])
        continue
      }
      if (rows !== undefined) keptParts.offer(dataset, part, kept, keepBytes)
      const sums = await partSums(kept, params, keep)
      const { features } = kept.rows
      yield rowsToBatch(gradientOutput, [
        { part, rows: features.rows, columns: features.columns, sums: doublesToBytes(sums) },
      ])
    }
  },
})
