import { userError } from '../../base/HubError.ts'
import { centred } from './centred.ts'
import type { Evaluator } from './Evaluator.ts'
import { type FeatureStatistics, statisticsOf } from './featureStatistics.ts'
import { type Regularization, StandardizedProblem } from './StandardizedProblem.ts'
import { type Solution, solveProblems } from './solveProblems.ts'
import type { TaskRows } from './TaskRows.ts'
import type { TaskMoments } from './taskMoments.ts'

/** Columns (problems × outputs) that one pass over the features serves: bounds the memory of the gradients. */
const mostColumns = 512

export interface FitOptions {
  /** @default 100, as MLlib */
  readonly maxIterations?: number | undefined
  /** Estimated distance of the objective from its optimum at which to stop, relative to it. @default 1e-6 */
  readonly tolerance?: number | undefined
  /** Cores to compute on. @default 1 */
  readonly threads?: number | undefined
}

/** A task of the rows, and how to solve it. */
export interface Search extends Regularization {
  readonly task: number
}

export interface FitTasksOptions<E extends Evaluator> extends Omit<FitOptions, 'threads'> {
  readonly rows: TaskRows<E>
  readonly searches: readonly Search[]
}

export interface FittedBatch<E extends Evaluator> {
  readonly evaluator: E
  /** The task that each solution is of. */
  readonly tasks: readonly number[]
  readonly solutions: readonly Solution[]
}

/** Does all searches in their order, as many side by side as memory allows, and hands each batch on while its evaluator is open. */
export async function fitTasks<E extends Evaluator>(
  options: FitTasksOptions<E>,
  onBatch: (batch: FittedBatch<E>) => Promise<void>,
): Promise<void> {
  const { rows, searches, maxIterations = 100, tolerance = 1e-6 } = options
  const { outputs } = rows
  const columns = Math.min(mostColumns, rows.mostColumns ?? mostColumns)
  const batchSize = Math.max(1, Math.floor(columns / outputs))
  for (let first = 0; first < searches.length; first += batchSize) {
    const batch = searches.slice(first, first + batchSize)
    const tasks = batch.map(({ task }) => task)
    const known = await knownOfTasks(rows, tasks)
    const origin = Float32Array.from(known.get(tasks[0] as number)?.statistics.mean ?? [])
    await using evaluator = await rows.open(origin)
    const problems = batch.map(({ task, regParam, elasticNetParam }) => {
      const { statistics, intercepts } = known.get(task) as KnownOfTask
      return new StandardizedProblem({
        regParam,
        elasticNetParam,
        outputs,
        statistics,
        origin,
        intercepts,
        maxIterations,
        tolerance,
      })
    })
    const solutions = await solveProblems(evaluator, problems, tasks)
    await onBatch({ evaluator, tasks, solutions })
  }
}

interface KnownOfTask {
  readonly statistics: FeatureStatistics
  /** At which a search starts. */
  readonly intercepts: Float64Array
}

/** Tasks of the same moments share their statistics. */
async function knownOfTasks(
  rows: TaskRows,
  tasks: readonly number[],
): Promise<ReadonlyMap<number, KnownOfTask>> {
  const distinct = [...new Set(tasks)]
  const found = await rows.moments(distinct)
  const moments = new Set(found.map(({ moments }) => moments))
  const shared = new Map([...moments].map(own => [own, statisticsOf(own)]))
  return new Map(
    found.map((own, at) => [
      distinct[at] as number,
      {
        statistics: shared.get(own.moments) as FeatureStatistics,
        intercepts: priorIntercepts(own),
      },
    ]),
  )
}

/** Log odds of the classes: the optimum while the coefficients are zero, and where MLlib starts. */
function priorIntercepts({ targetTotals, moments: { weightSum } }: TaskMoments): Float64Array {
  if (targetTotals.length === 1) return targetTotals.map(total => Math.log(total / (weightSum - total)))
  return centred(targetTotals.map(Math.log))
}

export function checkRegularization({ regParam, elasticNetParam }: Regularization): void {
  if (!(regParam >= 0 && Number.isFinite(regParam))) {
    throw userError('bad_parameter', `regParam is ${regParam}`, 'it takes a number from 0 up')
  }
  if (!(elasticNetParam >= 0 && elasticNetParam <= 1)) {
    throw userError('bad_parameter', `elasticNetParam is ${elasticNetParam}`, 'it takes 0 (L2) to 1 (L1)')
  }
}

/** @throws HubError `bad_parameter` */
export function checkFitOptions({ maxIterations = 100, tolerance = 1e-6, threads = 1 }: FitOptions): void {
  if (!(Number.isInteger(maxIterations) && maxIterations >= 0)) {
    throw userError('bad_parameter', `maxIterations is ${maxIterations}`, 'it takes a whole number from 0 up')
  }
  if (!(tolerance >= 0 && tolerance < 1)) {
    throw userError('bad_parameter', `tolerance is ${tolerance}`, 'it takes a number from 0 to 1')
  }
  if (!(Number.isInteger(threads) && threads >= 1)) {
    throw userError('bad_parameter', `threads is ${threads}`, 'it takes a whole number from 1 up')
  }
}
