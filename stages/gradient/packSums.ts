import type { LossAndGradient } from '../../models/heads/Evaluator.ts'
import type { HeldOutSums } from '../../models/heads/heldOutSums.ts'
import { joined } from '../../models/heads/joined.ts'
import { mergeTaskMoments, type TaskMoments } from '../../models/heads/taskMoments.ts'

/** What a request's sums are made of. */
export interface SumsShape {
  /** Features of a row. */
  readonly columns: number
  readonly outputs: number
  /** Regressions that the sums are of. */
  readonly tasks: number
}

export function packTotals(totals: readonly Float64Array[]): Float64Array {
  return joined(totals)
}

export function unpackTotals(sums: Float64Array, tasks: number): Float64Array[] {
  return split(sums, tasks)
}

export function packLoss({ loss, coefficients, intercepts }: LossAndGradient): Float64Array {
  return joined([loss, coefficients, intercepts])
}

export function unpackLoss(sums: Float64Array, { columns, outputs, tasks }: SumsShape): LossAndGradient {
  const coefficients = tasks + tasks * outputs * columns
  return {
    loss: sums.subarray(0, tasks),
    coefficients: sums.subarray(tasks, coefficients),
    intercepts: sums.subarray(coefficients),
  }
}

export function packMoments(moments: readonly TaskMoments[]): Float64Array {
  return joined(
    moments.map(({ moments: { weightSum, weightSquares, mean, squares }, targetTotals }) =>
      joined([Float64Array.of(weightSum, weightSquares), mean, squares, targetTotals]),
    ),
  )
}

export function unpackMoments(sums: Float64Array, { columns, tasks }: SumsShape): TaskMoments[] {
  return split(sums, tasks).map(own => {
    const [weightSum = 0, weightSquares = 0] = own
    const mean = own.subarray(2, 2 + columns)
    const squares = own.subarray(2 + columns, 2 + 2 * columns)
    return {
      moments: { weightSum, weightSquares, mean, squares },
      targetTotals: own.subarray(2 + 2 * columns),
    }
  })
}

export function packHeldOut(sums: readonly HeldOutSums[]): Float64Array {
  return Float64Array.from(sums.flatMap(({ loss, correct, weight }) => [loss, correct, weight]))
}

export function unpackHeldOut(sums: Float64Array, tasks: number): HeldOutSums[] {
  return split(sums, tasks).map(([loss = 0, correct = 0, weight = 0]) => ({ loss, correct, weight }))
}

/** Sums of the rows of both: of totals, losses and gradients, and of what was held out. */
export function addSums(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, at) => value + (b[at] as number))
}

/** The same of packed moments. */
export function addMoments(a: Float64Array, b: Float64Array, shape: SumsShape): Float64Array {
  const others = unpackMoments(b, shape)
  return packMoments(
    unpackMoments(a, shape).map((own, task) => mergeTaskMoments(own, others[task] as TaskMoments)),
  )
}

function split(values: Float64Array, count: number): Float64Array[] {
  const length = values.length / count
  return Array.from({ length: count }, (_, at) => values.subarray(at * length, (at + 1) * length))
}
