import { addScaled, dot, type Evaluation } from './optimizer.ts'

const sufficientDecrease = 1e-4
const curvature = 0.9
const mostEvaluations = 12
/** Relative noise of an objective summed from 32-bit losses: smaller changes say nothing, the slopes still do. */
const noise = 1e-7

export interface Step extends Evaluation {
  readonly point: Float64Array
}

interface Trial extends Step {
  readonly length: number
  readonly slope: number
}

/**
 * A step along `direction` that meets the strong Wolfe conditions (Nocedal and Wright, algorithms 3.5 and 3.6, with cubic
 * interpolation), or the approximate ones of Hager and Zhang (2005, https://doi.org/10.1137/030601880) where the objective's
 * change drowns in rounding. Undefined where twelve evaluations find neither.
 */
export function* wolfeLineSearch(
  start: Step,
  direction: Float64Array,
  firstLength: number,
): Generator<Float64Array, Step | undefined, Evaluation> {
  const slope = dot(start.gradient, direction)
  const isDecrease = (trial: Trial) =>
    trial.value <= start.value + sufficientDecrease * trial.length * slope ||
    (trial.value <= start.value + noise * Math.abs(start.value) &&
      trial.slope <= (2 * sufficientDecrease - 1) * slope)
  const isFlat = (trial: Trial) => Math.abs(trial.slope) <= -curvature * slope

  let low: Trial = { ...start, length: 0, slope }
  let high: Trial | undefined
  let length = firstLength
  for (let evaluation = 0; evaluation < mostEvaluations; evaluation++) {
    const point = addScaled(start.point, length, direction)
    const { value, gradient } = yield point
    const trial: Trial = { point, value, gradient, length, slope: dot(gradient, direction) }
    if (!isDecrease(trial) || (trial.value >= low.value && low.length > 0 && !isFlat(trial))) {
      high = trial
    } else {
      if (isFlat(trial)) return trial
      const rises = high === undefined ? trial.slope >= 0 : trial.slope * (high.length - low.length) >= 0
      if (rises) high = low
      low = trial
    }
    length = high === undefined ? 2 * length : interpolate(low, high)
  }
  // Low meets the decrease condition if it ever moved: progress, if not the best step.
  return low.length > 0 && low.value < start.value ? low : undefined
}

/** The minimiser of the cubic through both ends, kept a tenth of the interval away from either. */
function interpolate(low: Trial, high: Trial): number {
  const width = high.length - low.length
  const [least, most] = [low.length + 0.1 * width, high.length - 0.1 * width].sort((a, b) => a - b) as [
    number,
    number,
  ]
  const first = low.slope + high.slope - (3 * (low.value - high.value)) / (low.length - high.length)
  const second = Math.sign(width) * Math.sqrt(first * first - low.slope * high.slope)
  const cubic = high.length - (width * (high.slope + second - first)) / (high.slope - low.slope + 2 * second)
  return Number.isFinite(cubic) ? Math.min(Math.max(cubic, least), most) : low.length + width / 2
}
