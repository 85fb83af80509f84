import { CurvaturePairs } from './CurvaturePairs.ts'
import {
  addScaled,
  dot,
  isNegligible,
  norm,
  type Optimizer,
  type OptimizerOptions,
  stopReason,
} from './optimizer.ts'
import { type Step, wolfeLineSearch } from './wolfeLineSearch.ts'

/**
 * Minimises a smooth function by L-BFGS (Liu and Nocedal 1989, https://doi.org/10.1007/BF01589116) with a Wolfe line search.
 */
export function* lbfgs(options: OptimizerOptions): Optimizer {
  const pairs = new CurvaturePairs(options.memory ?? 10)
  let current: Step = { point: options.start, ...(yield options.start) }
  const history = [current.value]
  for (;;) {
    const gradientNorm = norm(current.gradient)
    const reason = stopReason(history, gradientNorm, options)
    if (reason !== undefined) return { point: current.point, value: current.value, history, reason }

    let direction = pairs.descent(current.gradient)
    if (!(dot(direction, current.gradient) < 0)) {
      pairs.clear()
      direction = pairs.descent(current.gradient)
    }
    if (isNegligible(-dot(direction, current.gradient) / 2, current.value, options)) {
      return { point: current.point, value: current.value, history, reason: 'objective' }
    }
    const step = yield* wolfeLineSearch(current, direction, pairs.size === 0 ? 1 / gradientNorm : 1)
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
