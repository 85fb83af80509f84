import type { Evaluator } from './Evaluator.ts'
import type { Link } from './lossGraph.ts'
import type { TaskMoments } from './taskMoments.ts'

/** The tasks of a head and their rows, wherever the rows are: in this process or spread over a cluster. */
export interface TaskRows<E extends Evaluator = Evaluator> {
  readonly link: Link
  readonly outputs: number
  /** How many tasks there are. */
  readonly tasks: number
  /** Moments over all rows of the tasks from `first` to before `end`. */
  moments(first: number, end: number): Promise<TaskMoments[]>
  /**
   * An evaluator of the same tasks, which it numbers from 0.
   * @param origin subtracted from every row before all else: near the mean, so that 32 bits suffice
   */
  open(first: number, end: number, origin: Float32Array): Promise<E>
}
