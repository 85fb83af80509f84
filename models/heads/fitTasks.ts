import { userError } from '../../base/HubError.ts'
import { centred } from './centred.ts'
import type { Evaluator } from './Evaluator.ts'
import { type FeatureMoments, type FeatureStatistics, statisticsOf } from './featureStatistics.ts'
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

export interface FitTasksOptions<E extends Evaluator> extends Omit<FitOptions, 'threads'> {
  readonly rows: TaskRows<E>
  /** One for each task. */
  readonly regularizations: readonly Regularization[]
}

export interface FittedBatch<E extends Evaluator> {
  readonly evaluator: E
  /** Index of the batch's first task. */
  readonly first: number
  readonly solutions: readonly Solution[]
}

/** Solves all tasks, as many at a time as memory allows, and hands each batch on while its evaluator is open. */
export async function fitTasks<E extends Evaluator>(
  options: FitTasksOptions<E>,
  onBatch: (batch: FittedBatch<E>) => Promise<void>,
): Promise<void> {
  const { rows, regularizations, maxIterations = 100, tolerance = 1e-6 } = options
  const { outputs } = rows
  const batchSize = Math.max(1, Math.floor(mostColumns / outputs))
  for (let first = 0; first < rows.tasks; first += batchSize) {
    const end = Math.min(first + batchSize, rows.tasks)
    const moments = await rows.moments(first, end)
    const statistics = statisticsOfTasks(moments)
    const origin = Float32Array.from(statistics[0]?.mean ?? [])
    await using evaluator = await rows.open(first, end, origin)
    const problems = moments.map((task, index) => {
      return new StandardizedProblem({
        ...(regularizations[first + index] as Regularization),
        outputs,
        statistics: statistics[index] as FeatureStatistics,
        origin,
        intercepts: priorIntercepts(task),
        maxIterations,
        tolerance,
      })
    })
    const solutions = await solveProblems(evaluator, problems)
    await onBatch({ evaluator, first, solutions })
  }
}

/** One for each task; tasks of the same moments share them. */
function statisticsOfTasks(tasks: readonly TaskMoments[]): FeatureStatistics[] {
  const known = new Map<FeatureMoments, FeatureStatistics>()
  return tasks.map(({ moments }) => {
    const statistics = known.get(moments) ?? statisticsOf(moments)
    known.set(moments, statistics)
    return statistics
  })
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
