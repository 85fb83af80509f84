import type { Evaluator } from './Evaluator.ts'
import type { Link } from './lossGraph.ts'
import type { TaskMoments } from './taskMoments.ts'

/** The tasks of a head and their rows, wherever the rows are: in this process or spread over a cluster. */
export interface TaskRows<E extends Evaluator = Evaluator> {
  readonly link: Link
  readonly outputs: number
  /** How many tasks there are. */
  readonly tasks: number
  /** Columns (tasks × outputs) that one evaluation may serve, where its sums must be kept small. @default as memory here allows */
  readonly mostColumns?: number
  /** Moments over all rows of these tasks. */
  moments(tasks: readonly number[]): Promise<TaskMoments[]>
  /**
   * An evaluator of the tasks.
   * @param origin subtracted from every row before all else: near the mean, so that 32 bits suffice
   */
  open(origin: Float32Array): Promise<E>
}
