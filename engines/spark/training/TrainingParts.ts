import type { RecordBatch } from 'apache-arrow'
import type { GradientParams } from '../../../stages/gradient/params.ts'

/** Which rows a run of the stage `gradient` is given. */
export type PartSelection =
  /** All rows of all parts. */
  | 'all'
  /** For each part one row that asks for it. */
  | 'kept'
  /** All rows of these parts. */
  | readonly number[]

/** Training rows in numbered parts, where the stage `gradient` can be run over them. */
export interface TrainingParts {
  /** How many parts there are, empty ones included. */
  readonly count: number
  /** Names the rows: other rows, or other parts, have another name. */
  readonly dataset: string
  /** Bytes of parts that one thread of a worker may keep. */
  readonly keepBytes: number
  /** The stage's outputs, in any order. */
  run(params: GradientParams, selection: PartSelection): AsyncIterable<RecordBatch>
}
