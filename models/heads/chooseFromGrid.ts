import type { Evaluator } from './Evaluator.ts'
import { type FitOptions, fitTasks } from './fitTasks.ts'
import type { HeldOutSums } from './heldOutSums.ts'
import type { LinearModel } from './LinearModel.ts'
import type { Regularization } from './StandardizedProblem.ts'
import { stack } from './solveProblems.ts'
import type { TaskRows } from './TaskRows.ts'

export type Criterion = 'log_loss' | 'accuracy'

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

export interface GridOptions extends Omit<FitOptions, 'threads'> {
  /** What is tried, from strong to weak regularisation: see `gridOf`. */
  readonly grid: readonly Regularization[]
  /** How many folds there are. */
  readonly folds: number
  /** What the best combination is best at. @default 'log_loss' */
  readonly criterion?: Criterion
}

export interface ChooseFromGridOptions<E extends Evaluator> extends GridOptions {
  /** Their tasks are a head's regressions, once for each fold, without the rows that it holds out. */
  readonly rows: TaskRows<E>
  /** Judges models of the evaluator's tasks on the rows that these hold out. */
  readonly heldOut: (evaluator: E, tasks: readonly number[], models: LinearModel) => Promise<HeldOutSums[]>
}

export interface GridChoice {
  readonly criterion: Criterion
  readonly scores: readonly GridScore[]
  readonly best: Regularization
}

/**
 * Scores every combination by cross-validation, wherever the rows are. All folds and combinations are solved side by side, so that each
 * pass over the features serves them all. Of equal scores the stronger regularisation wins.
 */
export async function chooseFromGrid<E extends Evaluator>(
  options: ChooseFromGridOptions<E>,
): Promise<GridChoice> {
  const { grid, folds, rows, heldOut, criterion = 'log_loss' } = options
  const tasks = Array.from({ length: rows.tasks }, (_, task) => task)
  const searches = grid.flatMap(regularization => tasks.map(task => ({ task, ...regularization })))
  const sums: HeldOutSums[] = []
  await fitTasks({ ...options, searches }, async ({ evaluator, tasks, solutions }) => {
    const models = stack(solutions.map(({ evaluatorModel }) => evaluatorModel))
    sums.push(...(await heldOut(evaluator, tasks, models)))
  })
  const perFold = rows.tasks / folds
  const scores = grid.map((regularization, at): GridScore => {
    const byFold = Array.from({ length: folds }, (_, fold) => {
      const start = (at * folds + fold) * perFold
      return total(sums.slice(start, start + perFold))
    })
    return {
      ...regularization,
      logLoss: foldScores(byFold.map(({ loss, weight }) => loss / weight)),
      accuracy: foldScores(byFold.map(({ correct, weight }) => correct / weight)),
    }
  })
  const { regParam, elasticNetParam } = bestOf(scores, criterion)
  return { criterion, scores, best: { regParam, elasticNetParam } }
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
