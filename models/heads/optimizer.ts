/** A function's value and gradient at one point. */
export interface Evaluation {
  readonly value: number
  readonly gradient: Float64Array
}

export type StopReason =
  /** The objective is estimated to be within the tolerance of its minimum. */
  | 'objective'
  /** The gradient vanished. */
  | 'gradient'
  /** No step improves the objective any more: the end of the arithmetic's precision, or a broken function. */
  | 'line_search'
  /** The iterations allowed are used up. */
  | 'iterations'

export interface OptimizerResult {
  readonly point: Float64Array
  readonly value: number
  /** The objective at the start and after each iteration. */
  readonly history: readonly number[]
  readonly reason: StopReason
}

/**
 * A minimiser that asks for evaluations instead of making them: it yields a point and is sent the evaluation there. So the caller
 * may evaluate synchronously, asynchronously, or for many minimisers at once. A point yielded must not be changed.
 */
export type Optimizer = Generator<Float64Array, OptimizerResult, Evaluation>

export interface OptimizerOptions {
  readonly start: Float64Array
  readonly maxIterations: number
  /** Distance from the minimum at which to stop, relative to the objective: see `stopReason`. */
  readonly tolerance: number
  /** Corrections kept for the approximation of the Hessian. @default 10, as MLlib */
  readonly memory?: number
}

/** Iterations in one of the two spans whose improvements are compared. */
const span = 5
/** The least that is taken to remain, as a share of the last span's improvement: a fast start says little about the end. */
const leastRemaining = 1
/** The estimate of what remains has been seen to fall short by up to a half. */
const caution = 3

/**
 * Whether to stop after an iteration: the norm of the gradient is no more than `tolerance` of the objective, as in Breeze, which
 * MLlib runs on; or the objective is estimated to lie within `tolerance` of its minimum. The estimate takes the improvement to go
 * on shrinking as it did from one span of iterations to the next: a geometric series (Aitken). Breeze looks at the improvement
 * alone, which stops early where convergence is slow.
 */
export function stopReason(
  history: readonly number[],
  gradientNorm: number,
  { maxIterations, tolerance }: OptimizerOptions,
): StopReason | undefined {
  const value = history.at(-1) ?? Number.POSITIVE_INFINITY
  if (gradientNorm <= Math.max(tolerance * Math.abs(value), 1e-12)) return 'gradient'
  if (caution * remainingImprovement(history) <= tolerance * Math.abs(value)) return 'objective'
  return history.length > maxIterations ? 'iterations' : undefined
}

function remainingImprovement(history: readonly number[]): number {
  const [latest, before, earliest] = [history.at(-1), history.at(-1 - span), history.at(-1 - 2 * span)]
  if (latest === undefined || before === undefined || earliest === undefined) return Number.POSITIVE_INFINITY
  const improvement = before - latest
  if (improvement <= 0) return 0
  const ratio = improvement / (earliest - before)
  return ratio < 1 ? improvement * Math.max(leastRemaining, ratio / (1 - ratio)) : Number.POSITIVE_INFINITY
}

/**
 * Whether a decrease predicted by the model of the curvature (½ gᵀHg, a guess at the distance from the minimum) is a hundredth of what
 * is tolerated: a line search would be lost in rounding.
 */
export function isNegligible(decrease: number, value: number, { tolerance }: OptimizerOptions): boolean {
  return decrease <= 0.01 * tolerance * Math.abs(value)
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number)
  return sum
}

export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a))
}

/** a + scale·b, in a new array. */
export function addScaled(a: Float64Array, scale: number, b: Float64Array): Float64Array {
  return a.map((value, at) => value + scale * (b[at] as number))
}
