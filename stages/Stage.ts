import type { RecordBatch } from 'apache-arrow'
import type { z } from 'zod'
import type { Columns, Row } from '../tables/defineTable.ts'
import type { Keep } from './KeptResources.ts'

/** What an engine gives a stage: plain data that crosses threads and machines, a way to stop, and what outlives one call. */
export interface StageContext<P> {
  readonly params: P
  readonly signal: AbortSignal
  /** Address of the GPU that this copy of the stage may use, as the engine's scheduler gave it; absent on a CPU. */
  readonly gpu?: string
  /** What is slow to open, such as a model, stays open for later calls in the same thread. */
  readonly keep: Keep
}

/**
 * A stage maps Arrow record batches to Arrow record batches and knows no engine. One output batch for each input batch, with as
 * many rows, in the same order: row i of the output is what became of row i of the input, a value or a reason. An engine checks
 * the counts (conservation) and may run any number of copies at once.
 *
 * `map` may read ahead of what it yields (decode the next batch while this one is inferred), by at most a few batches.
 */
export interface Stage<P = unknown, I extends Columns = Columns, O extends Columns = Columns> {
  readonly name: string
  /** `import.meta.url` of the module whose default export this stage is: engines load it in their own threads and processes. */
  readonly module: string
  /** Changes whenever the same input would give another output: finished work of another version is not reused. */
  readonly version: string
  readonly input: I
  readonly output: O
  readonly params: z.ZodType<P>
  /** Parameters that are paths of local files: an engine brings these to every machine and gives the stage the paths there. */
  readonly files?: readonly string[]
  map(input: AsyncIterable<RecordBatch>, context: StageContext<P>): AsyncIterable<RecordBatch>
  /**
   * What becomes of a row that ends the process that works on it, tried alone: a decoder in native code may crash. Without it such a
   * row ends the run.
   * @param detail how the process ended, for people
   */
  crashed?(row: Row<I>, detail: string): Row<O>
}

export function defineStage<P, I extends Columns = Columns, O extends Columns = Columns>(
  stage: Stage<P, I, O> & { readonly files?: readonly (keyof P & string)[] },
): Stage<P, I, O> {
  return stage
}
