import { userError } from '../../base/HubError.ts'
import { centred } from './centred.ts'
import type { Features } from './Features.ts'
import { type FeatureStatistics, featureStatistics } from './featureStatistics.ts'
import type { HeadTasks } from './headTasks.ts'
import { LossEvaluator, type Task } from './LossEvaluator.ts'
import { type Regularization, StandardizedProblem } from './StandardizedProblem.ts'
import { type Solution, solveProblems } from './solveProblems.ts'

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

export interface FitTasksOptions extends HeadTasks, FitOptions {
  readonly features: Features
  /** One for each task. */
  readonly regularizations: readonly Regularization[]
}

export interface FittedBatch {
  readonly evaluator: LossEvaluator
  /** Index of the batch's first task. */
  readonly first: number
  readonly solutions: readonly Solution[]
}

/** Solves all tasks, as many at a time as memory allows, and hands each batch on while its evaluator is open. */
export async function fitTasks(
  options: FitTasksOptions,
  onBatch: (batch: FittedBatch) => Promise<void>,
): Promise<void> {
  const { features, tasks, outputs, link, regularizations } = options
  const { maxIterations = 100, tolerance = 1e-6, threads = 1 } = options
  checkSearch(maxIterations, tolerance, threads)
  const batchSize = Math.max(1, Math.floor(mostColumns / outputs))
  for (let first = 0; first < tasks.length; first += batchSize) {
    const batch = tasks.slice(first, first + batchSize)
    const statistics = statisticsOf(features, batch)
    const origin = Float32Array.from(statistics[0]?.mean ?? [])
    await using evaluator = await LossEvaluator.open({
      features,
      outputs,
      link,
      tasks: batch,
      threads,
      origin,
    })
    const problems = batch.map((task, index) => {
      return new StandardizedProblem({
        ...(regularizations[first + index] as Regularization),
        outputs,
        statistics: statistics[index] as FeatureStatistics,
        origin,
        intercepts: priorIntercepts(task, outputs),
        maxIterations,
        tolerance,
      })
    })
    const solutions = await solveProblems(evaluator, problems)
    await onBatch({ evaluator, first, solutions })
  }
}

/** One for each task; tasks of the same weights share them. */
function statisticsOf(features: Features, tasks: readonly Task[]): FeatureStatistics[] {
  const known = new Map<Float32Array, FeatureStatistics>()
  return tasks.map(({ weights }) => {
    const statistics = known.get(weights) ?? featureStatistics(features, weights)
    known.set(weights, statistics)
    return statistics
  })
}

/** Log odds of the classes: the optimum while the coefficients are zero, and where MLlib starts. */
function priorIntercepts({ targets, weights }: Task, outputs: number): Float64Array {
  const totals = new Float64Array(outputs)
  let weightSum = 0
  weights.forEach((weight, row) => {
    weightSum += weight
    for (let output = 0; output < outputs; output++) {
      totals[output] = (totals[output] as number) + weight * (targets[row * outputs + output] as number)
    }
  })
  if (outputs === 1) return totals.map(total => Math.log(total / (weightSum - total)))
  return centred(totals.map(Math.log))
}

export function checkRegularization({ regParam, elasticNetParam }: Regularization): void {
  if (!(regParam >= 0 && Number.isFinite(regParam))) {
    throw userError('bad_parameter', `regParam is ${regParam}`, 'it takes a number from 0 up')
  }
  if (!(elasticNetParam >= 0 && elasticNetParam <= 1)) {
    throw userError('bad_parameter', `elasticNetParam is ${elasticNetParam}`, 'it takes 0 (L2) to 1 (L1)')
  }
}

function checkSearch(maxIterations: number, tolerance: number, threads: number): void {
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
