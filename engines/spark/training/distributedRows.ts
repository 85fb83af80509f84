import { type ClassFactorsOptions, checkLabels, classFactors } from '../../../models/heads/classFactors.ts'
import type { HeldOut } from '../../../models/heads/rowTasks.ts'
import type { TaskRows } from '../../../models/heads/TaskRows.ts'
import { addMoments, addSums, unpackMoments, unpackTotals } from '../../../stages/gradient/packSums.ts'
import { DistributedEvaluator, type DistributedTasks } from './DistributedEvaluator.ts'
import { evaluateParts } from './evaluateParts.ts'
import { sumParts } from './sumParts.ts'
import type { TrainingParts } from './TrainingParts.ts'

export interface DistributedRowsOptions extends ClassFactorsOptions {
  readonly parts: TrainingParts
  /** Cores that one worker thread computes on. @default 1 */
  readonly threads?: number
}

export interface DistributedRows extends TaskRows<DistributedEvaluator> {
  /** Features of a row. */
  readonly columns: number
}

/** Sums of one evaluation, of all parts together: a quarter of what Spark lets a job bring to its driver (`spark.driver.maxResultSize`). */
const mostBytes = 256 << 20

/**
 * The regressions of a head over rows spread over workers.
 * @param heldOut see `rowTasks`
 * @throws HubError as `fitDistributedHead`
 */
export async function distributedRows(
  options: DistributedRowsOptions,
  heldOut: HeldOut[] = [null],
): Promise<DistributedRows> {
  const { parts, kind, labels, threads = 1 } = options
  checkLabels(options)
  const head = { head: kind, labels: labels.length, threads }
  const isSoftmax = kind === 'multinomial'
  const outputs = isSoftmax ? labels.length : 1
  const tasks = heldOut.length * (kind === 'multilabel' ? labels.length : 1)
  const { sums, columns } = await evaluateParts(parts, { ...head, request: { kind: 'totals', heldOut } })
  const totals = unpackTotals(sumParts(sums, addSums), tasks)
  const factors = classFactors(options, totals).map(own => (own === null ? null : [...own]))
  const distributed: DistributedTasks = { parts, head, heldOut, factors, outputs }
  return {
    link: isSoftmax ? 'softmax' : 'sigmoid',
    outputs,
    tasks,
    columns,
    mostColumns: Math.floor(mostBytes / (sums.size * columns * Float64Array.BYTES_PER_ELEMENT)),
    async moments(tasks) {
      const { sums } = await evaluateParts(parts, {
        ...head,
        request: { kind: 'moments', heldOut, factors, tasks: [...tasks] },
      })
      const shape = { columns, outputs, tasks: tasks.length }
      return unpackMoments(
        sumParts(sums, (a, b) => addMoments(a, b, shape)),
        shape,
      )
    },
    open: async origin => new DistributedEvaluator({ ...distributed, origin }),
  }
}
