import type { Features } from './Features.ts'
import { type FeatureMoments, featureMoments, mergeMoments } from './featureStatistics.ts'
import type { Task } from './LossEvaluator.ts'

/** What is to be known of a task before it is solved, over some of the rows. */
export interface TaskMoments {
  readonly moments: FeatureMoments
  /** Weighted sums of its targets, one for each output. */
  readonly targetTotals: Float64Array
}

/** One for each task; tasks that hold the same weights share their moments. */
export function taskMoments(features: Features, tasks: readonly Task[], outputs: number): TaskMoments[] {
  const known = new Map<Float32Array, FeatureMoments>()
  return tasks.map(({ targets, weights }) => {
    const moments = known.get(weights) ?? featureMoments(features, weights)
    known.set(weights, moments)
    const targetTotals = new Float64Array(outputs)
    weights.forEach((weight, row) => {
      for (let output = 0; output < outputs; output++)
        targetTotals[output] =
          (targetTotals[output] as number) + weight * (targets[row * outputs + output] as number)
    })
    return { moments, targetTotals }
  })
}

/** Of the rows of both. */
export function mergeTaskMoments(a: TaskMoments, b: TaskMoments): TaskMoments {
  return {
    moments: mergeMoments(a.moments, b.moments),
    targetTotals: a.targetTotals.map((total, at) => total + (b.targetTotals[at] as number)),
  }
}
