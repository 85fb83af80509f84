import type { TaskRows } from '../../../models/heads/TaskRows.ts'
import { addMoments, unpackMoments } from '../../../stages/gradient/packSums.ts'
import type { GradientParams } from '../../../stages/gradient/params.ts'
import { DistributedEvaluator } from './DistributedEvaluator.ts'
import { evaluateParts } from './evaluateParts.ts'
import { sumParts } from './sumParts.ts'
import type { TrainingParts } from './TrainingParts.ts'

export interface DistributedRowsOptions {
  readonly parts: TrainingParts
  readonly head: Pick<GradientParams, 'head' | 'labels' | 'threads'>
  /** By regression and class: see `classFactors`. */
  readonly factors: (number[] | null)[]
}

/** The regressions of a head over rows spread over workers. */
export function distributedRows({ parts, head, factors }: DistributedRowsOptions): TaskRows {
  const isSoftmax = head.head === 'multinomial'
  const outputs = isSoftmax ? head.labels : 1
  return {
    link: isSoftmax ? 'softmax' : 'sigmoid',
    outputs,
    tasks: factors.length,
    async moments(first, end) {
      const request = { kind: 'moments', factors, first, end } as const
      const { sums, columns } = await evaluateParts(parts, { ...head, request })
      const shape = { columns, outputs, tasks: end - first }
      return unpackMoments(
        sumParts(sums, (a, b) => addMoments(a, b, shape)),
        shape,
      )
    },
    open: async (first, end, origin) =>
      new DistributedEvaluator({ parts, head, factors, first, end, outputs, origin }),
  }
}
