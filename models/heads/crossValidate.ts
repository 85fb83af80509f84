import { userError } from '../../base/HubError.ts'
import { checkFeatures } from './Features.ts'
import { type FitHeadOptions, type FittedHead, fitHead } from './fitHead.ts'
import { checkFitOptions, checkRegularization, fitTasks } from './fitTasks.ts'
import { type HeadTasks, headTasks } from './headTasks.ts'
import { type HeldOutSums, heldOutSums } from './heldOutSums.ts'
import { localRows } from './localRows.ts'
import type { Regularization } from './StandardizedProblem.ts'
import { stack } from './solveProblems.ts'
import { foldRows } from './split.ts'

export type Criterion = 'log_loss' | 'accuracy'

export interface CrossValidateOptions extends Omit<FitHeadOptions, 'regParam' | 'elasticNetParam'> {
  /** One for each row: see `foldRows`. */
  readonly ids: readonly string[]
  /** Rows of the same group are held out together. */
  readonly groups?: readonly string[] | undefined
  /** @default 5 */
  readonly folds?: number
  readonly seed: number
  /** Every combination is tried. */
  readonly regParams: readonly number[]
  /** @default [0] */
  readonly elasticNetParams?: readonly number[]
  /** What the best combination is best at. @default 'log_loss' */
  readonly criterion?: Criterion
}

/** A score's mean over the folds, the standard error of that mean, and the score of each fold. */
export interface FoldScores {
  readonly mean: number
  readonly standardError: number
  readonly folds: readonly number[]
}

export interface GridScore extends Regularization {
  readonly logLoss: FoldScores
  readonly accuracy: FoldScores
}

export interface CrossValidation {
  readonly criterion: Criterion
  readonly scores: readonly GridScore[]
  readonly best: Regularization
  /** Trained on all rows with the best parameters. */
  readonly head: FittedHead
}

/**
 * Chooses regParam and elasticNetParam by cross-validation, then trains on all rows. All folds and combinations are solved side by
 * side, so that each pass over the features serves them all. Of equal scores the stronger regularisation wins.
 * @throws HubError `bad_parameter` for an empty grid, `bad_split`, and what `fitHead` throws
 */
export async function crossValidate(options: CrossValidateOptions): Promise<CrossValidation> {
  const { features, folds: foldCount = 5, criterion = 'log_loss' } = options
  const grid = gridOf(options)
  checkFeatures(features)
  const foldOf = foldRows({ ...options, classes: strata(options) }, foldCount)
  const { base, tasks } = foldTasks(options, foldOf, foldCount)
  const perFold = base.tasks.length
  const order = grid.flatMap(regularization =>
    tasks.map((task, at) => ({ task, regularization, fold: Math.floor(at / perFold) })),
  )
  const sums = order.map((): HeldOutSums => ({ loss: 0, correct: 0, weight: 0 }))
  checkFitOptions(options)
  const rows = localRows({
    ...base,
    tasks: order.map(({ task }) => task),
    features,
    threads: options.threads ?? 1,
  })
  await fitTasks(
    { ...options, rows, regularizations: order.map(({ regularization }) => regularization) },
    async ({ evaluator, first, solutions }) => {
      const active = solutions.map((_, index) => index)
      const models = stack(solutions.map(({ evaluatorModel }) => evaluatorModel))
      for await (const block of evaluator.logits(active, models)) {
        for (const index of active) {
          const { fold } = order[first + index] as (typeof order)[number]
          const held = (row: number) => foldOf[row] === fold
          const task = base.tasks[(first + index) % perFold] as HeadTasks['tasks'][number]
          heldOutSums(
            { ...block, index, count: active.length, outputs: base.outputs, task, held },
            sums[first + index] as HeldOutSums,
          )
        }
      }
    },
  )
  const scores = grid.map((regularization, at): GridScore => {
    const byFold = Array.from({ length: foldCount }, (_, fold) => {
      const start = (at * foldCount + fold) * perFold
      return total(sums.slice(start, start + perFold))
    })
    return {
      ...regularization,
      logLoss: foldScores(byFold.map(({ loss, weight }) => loss / weight)),
      accuracy: foldScores(byFold.map(({ correct, weight }) => correct / weight)),
    }
  })
  const { regParam, elasticNetParam } = bestOf(scores, criterion)
  const best = { regParam, elasticNetParam }
  return { criterion, scores, best, head: await fitHead({ ...options, ...best }) }
}

/** From strong to weak regularisation. */
function gridOf({ regParams, elasticNetParams = [0] }: CrossValidateOptions): Regularization[] {
  if (regParams.length === 0 || elasticNetParams.length === 0) {
    throw userError(
      'bad_parameter',
      'the grid is empty',
      'give at least one regParam and one elasticNetParam',
    )
  }
  const strongFirst = [...new Set(regParams)].sort((a, b) => b - a)
  const grid = strongFirst.flatMap(regParam =>
    [...new Set(elasticNetParams)].map(elasticNetParam => ({ regParam, elasticNetParam })),
  )
  for (const regularization of grid) checkRegularization(regularization)
  return grid
}

function strata({ kind, labels, classes, features }: CrossValidateOptions): string[][] {
  if (kind !== 'multilabel') return Array.from({ length: features.rows }, (_, row) => [String(classes[row])])
  return Array.from({ length: features.rows }, (_, row) =>
    labels.filter((_, index) => classes[row * labels.length + index] === 1),
  )
}

/** `base` as if nothing were held out; `tasks` those of the first fold, then of the second, ..., sharing its targets. */
function foldTasks(options: CrossValidateOptions, foldOf: Int32Array, foldCount: number) {
  const { rows } = options.features
  const base = headTasks({ ...options, rows, classWeights: undefined })
  const tasks = Array.from({ length: foldCount }, (_, fold) => {
    const sampleWeights = Float32Array.from(foldOf, (other, row) =>
      other === fold ? 0 : (options.sampleWeights?.[row] ?? 1),
    )
    return headTasks({ ...options, rows, sampleWeights }).tasks.map(({ weights }, index) => {
      return { targets: (base.tasks[index] as HeadTasks['tasks'][number]).targets, weights }
    })
  }).flat()
  return { base, tasks }
}

function total(sums: readonly HeldOutSums[]): HeldOutSums {
  return sums.reduce((a, b) => ({
    loss: a.loss + b.loss,
    correct: a.correct + b.correct,
    weight: a.weight + b.weight,
  }))
}

function foldScores(folds: readonly number[]): FoldScores {
  const mean = folds.reduce((sum, value) => sum + value, 0) / folds.length
  const squares = folds.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, standardError: Math.sqrt(squares / (folds.length - 1) / folds.length), folds }
}

function bestOf(scores: readonly GridScore[], criterion: Criterion): GridScore {
  return scores.reduce((best, other) => {
    const isBetter =
      criterion === 'log_loss'
        ? other.logLoss.mean < best.logLoss.mean
        : other.accuracy.mean > best.accuracy.mean
    return isBetter ? other : best
  })
}
