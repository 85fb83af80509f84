/** A function's value and gradient at one point. */
export interface Evaluation {
  readonly value: number
  readonly gradient: Float64Array
}

export type StopReason =
  /** The objective improved by less than the tolerance over the last iterations. */
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
  /** Relative to the objective: see `stopReason`. */
  readonly tolerance: number
  /** Corrections kept for the approximation of the Hessian. @default 10, as MLlib */
  readonly memory?: number
}

/** Iterations over which the objective has to improve. */
const window = 5

/**
 * The stopping rules of Breeze's FirstOrderMinimizer, which MLlib runs on: the objective improved by no more than `tolerance` of
 * itself over the last iterations, or the norm of the gradient is no more than `tolerance` of the objective.
 */
export function stopReason(
  history: readonly number[],
  gradientNorm: number,
  { maxIterations, tolerance }: OptimizerOptions,
): StopReason | undefined {
  const value = history.at(-1) ?? Number.POSITIVE_INFINITY
  if (gradientNorm <= Math.max(tolerance * Math.abs(value), 1e-12)) return 'gradient'
  const before = history.at(-1 - window)
  if (before !== undefined && before - value <= tolerance * Math.abs(value)) return 'objective'
  return history.length > maxIterations ? 'iterations' : undefined
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
