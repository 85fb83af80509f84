import { centred, centredColumns } from './centred.ts'
import { checkFeatures, type Features } from './Features.ts'
import { checkFitOptions, checkRegularization, type FitOptions, fitTasks } from './fitTasks.ts'
import { type ClassWeights, type HeadTargets, headTasks } from './headTasks.ts'
import type { LinearModel } from './LinearModel.ts'
import { localRows } from './localRows.ts'
import type { StopReason } from './optimizer.ts'
import type { Regularization } from './StandardizedProblem.ts'
import { type Solution, stack } from './solveProblems.ts'
import type { TaskRows } from './TaskRows.ts'

export interface FitHeadOptions extends HeadTargets, Partial<Regularization>, FitOptions {
  readonly features: Features
  readonly classWeights?: ClassWeights | undefined
  /** One for each row. @default 1 */
  readonly sampleWeights?: Float32Array | undefined
}

/** A trained head: logits are features · coefficientsᵀ + intercepts, on features as they are. */
export interface FittedHead extends HeadNames, LinearModel {
  /** Length of a row of features. */
  readonly columns: number
  /** The objective at the end; of a multi-label head the mean over its labels. */
  readonly objective: number
  /** Of a multi-label head the most that a label took. */
  readonly iterations: number
  /** The objective at the start and after each iteration. */
  readonly history: readonly number[]
  /** Whether every regression stopped for another reason than `maxIterations`. */
  readonly converged: boolean
  /** Why each regression stopped: one, or one for each label. */
  readonly reasons: readonly StopReason[]
}

type HeadNames = Pick<HeadTargets, 'kind' | 'labels'>

/**
 * Trains a logistic-regression head with exactly MLlib's objective: the weighted mean log-loss plus
 * regParam · (elasticNetParam · ‖β‖₁ + (1 - elasticNetParam)/2 · ‖β‖₂²), where β are the coefficients of features standardised by
 * their unbiased deviation and the intercepts go free. The coefficients returned are for the features as given; a feature that
 * never varies has coefficient 0. `coefficients` is row-major [outputs, d], with one output for `binary` (its logit is that of
 * class 1), else one for each label.
 *
 * As in MLlib, multinomial intercepts are centred, and so are the coefficients where nothing penalises them.
 *
 * It computes in the calling thread, for seconds: call it in a worker.
 * @throws HubError `bad_features`, `feature_not_finite`, `bad_targets`, `bad_weights`, `single_class`, `bad_parameter`
 */
export async function fitHead(options: FitHeadOptions): Promise<FittedHead> {
  const { features, regParam = 0, elasticNetParam = 0 } = options
  checkRegularization({ regParam, elasticNetParam })
  checkFeatures(features)
  const targets = headTasks({ ...options, rows: features.rows })
  checkFitOptions(options)
  const rows = localRows({ ...targets, features, threads: options.threads ?? 1 })
  return await fitRows({ ...options, rows, columns: features.columns })
}

export interface FitRowsOptions extends HeadNames, Partial<Regularization>, FitOptions {
  /** Their tasks are the head's regressions. */
  readonly rows: TaskRows
  /** Features of a row. */
  readonly columns: number
}

/** `fitHead` from where its options are checked, wherever the rows are. */
export async function fitRows(options: FitRowsOptions): Promise<FittedHead> {
  const { rows, columns, kind, labels, regParam = 0, elasticNetParam = 0 } = options
  const searches = Array.from({ length: rows.tasks }, (_, task) => ({ task, regParam, elasticNetParam }))
  const solutions: Solution[] = []
  await fitTasks({ ...options, searches }, async batch => {
    solutions.push(...batch.solutions)
  })
  return headOf({ kind, labels, regParam }, columns, solutions)
}

/** The head that its solutions make up. */
function headOf(
  { kind, labels, regParam }: HeadNames & { readonly regParam: number },
  columns: number,
  solutions: readonly Solution[],
): FittedHead {
  const { coefficients, intercepts } = stack(solutions)
  const iterations = Math.max(...solutions.map(({ history }) => history.length - 1))
  const history = Array.from({ length: iterations + 1 }, (_, iteration) => {
    const sum = solutions.reduce((total, { value, history }) => total + (history[iteration] ?? value), 0)
    return sum / solutions.length
  })
  const isSoftmax = kind === 'multinomial'
  return {
    kind,
    labels,
    columns,
    coefficients: isSoftmax && regParam === 0 ? centredColumns(coefficients, columns) : coefficients,
    intercepts: isSoftmax ? centred(intercepts) : intercepts,
    objective: history.at(-1) as number,
    iterations,
    history,
    converged: solutions.every(({ reason }) => reason !== 'iterations'),
    reasons: solutions.map(({ reason }) => reason),
  }
}
