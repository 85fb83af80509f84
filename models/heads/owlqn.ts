import { CurvaturePairs } from './CurvaturePairs.ts'
import {
  addScaled,
  dot,
  type Evaluation,
  isNegligible,
  norm,
  type Optimizer,
  type OptimizerOptions,
  stopReason,
} from './optimizer.ts'

const sufficientDecrease = 1e-4
const mostBacktracks = 20

export interface OwlqnOptions extends OptimizerOptions {
  /** Weight of each coordinate's absolute value; 0 leaves a coordinate unpenalised. */
  readonly l1: Float64Array
}

/** `value` includes the L1 term; `gradient` is that of the smooth part alone. */
interface Step extends Evaluation {
  readonly point: Float64Array
}

/**
 * Minimises a smooth function plus Σ l1·|x| by OWL-QN (Andrew and Gao 2007, https://doi.org/10.1145/1273496.1273501). The
 * evaluations it is sent are of the smooth part.
 *
 * The paper aligns the whole direction with steepest descent. Here that is asked of coordinates at zero alone, so that the others
 * keep the curvature's correction; everything is aligned only where no descent would be left. It takes about half the iterations.
 */
export function* owlqn(options: OwlqnOptions): Optimizer {
  const { l1 } = options
  const pairs = new CurvaturePairs(options.memory ?? 10)
  let current = withPenalty(options.start, yield options.start, l1)
  const history = [current.value]
  for (;;) {
    const slope = pseudoGradient(current, l1)
    const reason = stopReason(history, norm(slope), options)
    if (reason !== undefined) return { point: current.point, value: current.value, history, reason }

    const direction = pairs.descent(slope)
    align(direction, slope, at => current.point[at] === 0)
    if (!(dot(direction, slope) < 0)) align(direction, slope, () => true)
    if (isNegligible(-dot(direction, slope) / 2, current.value, options)) {
      return { point: current.point, value: current.value, history, reason: 'objective' }
    }
    const step = yield* backtrack(current, direction, slope, l1, pairs.size === 0 ? 1 / norm(slope) : 1)
    if (step === undefined) {
      if (pairs.size === 0)
        return { point: current.point, value: current.value, history, reason: 'line_search' }
      pairs.clear()
      continue
    }
    pairs.add(addScaled(step.point, -1, current.point), addScaled(step.gradient, -1, current.gradient))
    current = step
    history.push(current.value)
  }
}

function withPenalty(point: Float64Array, { value, gradient }: Evaluation, l1: Float64Array): Step {
  let penalty = 0
  for (let at = 0; at < point.length; at++) penalty += (l1[at] as number) * Math.abs(point[at] as number)
  return { point, value: value + penalty, gradient }
}

/** The subgradient of least norm. */
function pseudoGradient({ point, gradient }: Step, l1: Float64Array): Float64Array {
  return gradient.map((slope, at) => {
    const weight = l1[at] as number
    const value = point[at] as number
    if (value !== 0) return slope + Math.sign(value) * weight
    return slope < -weight ? slope + weight : slope > weight ? slope - weight : 0
  })
}

/** Stops coordinates that would move against their own steepest descent. */
function align(direction: Float64Array, slope: Float64Array, applies: (at: number) => boolean): void {
  for (let at = 0; at < direction.length; at++) {
    if ((direction[at] as number) * (slope[at] as number) >= 0 && applies(at)) direction[at] = 0
  }
}

/** Halves the step until the objective falls enough; coordinates that would leave the orthant of the search stop at zero. */
function* backtrack(
  start: Step,
  direction: Float64Array,
  slope: Float64Array,
  l1: Float64Array,
  firstLength: number,
): Generator<Float64Array, Step | undefined, Evaluation> {
  let length = firstLength
  for (let evaluation = 0; evaluation < mostBacktracks; evaluation++) {
    const point = addScaled(start.point, length, direction).map((value, at) => {
      if (l1[at] === 0) return value
      const orthant = Math.sign((start.point[at] as number) || -(slope[at] as number))
      return value * orthant > 0 ? value : 0
    })
    const step = withPenalty(point, yield point, l1)
    const predicted = dot(slope, addScaled(point, -1, start.point))
    if (step.value <= start.value + sufficientDecrease * predicted && step.value < start.value) return step
    length /= 2
  }
  return undefined
}
