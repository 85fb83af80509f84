import { type ClassFactorsOptions, checkLabels, classFactors } from '../../../models/heads/classFactors.ts'
import { type FittedHead, headOf } from '../../../models/heads/fitHead.ts'
import {
  checkFitOptions,
  checkRegularization,
  type FitOptions,
  fitTasks,
} from '../../../models/heads/fitTasks.ts'
import type { Regularization } from '../../../models/heads/StandardizedProblem.ts'
import type { Solution } from '../../../models/heads/solveProblems.ts'
import { addSums, unpackTotals } from '../../../stages/gradient/packSums.ts'
import { distributedRows } from './distributedRows.ts'
import { evaluateParts } from './evaluateParts.ts'
import { sumParts } from './sumParts.ts'
import type { TrainingParts } from './TrainingParts.ts'

export interface FitDistributedHeadOptions
  extends ClassFactorsOptions,
    Partial<Regularization>,
    Omit<FitOptions, 'threads'> {
  readonly parts: TrainingParts
  /** Cores that one worker thread computes on. @default 1 */
  readonly threads?: number
}

/**
 * Trains a head as `fitHead` does, with the same objective and the same search, on rows that are spread over workers: each evaluation of
 * the loss and its gradient is one pass over their parts, everything else happens here.
 * @throws HubError `bad_features`, `feature_not_finite`, `bad_targets`, `bad_weights`, `single_class`, `bad_parameter`, `parts_changed`
 */
export async function fitDistributedHead(options: FitDistributedHeadOptions): Promise<FittedHead> {
  const { parts, kind, labels, regParam = 0, elasticNetParam = 0, threads = 1 } = options
  checkLabels(options)
  checkRegularization({ regParam, elasticNetParam })
  checkFitOptions({ ...options, threads })
  const head = { head: kind, labels: labels.length, threads }
  const tasks = kind === 'multilabel' ? labels.length : 1
  const { sums, columns } = await evaluateParts(parts, { ...head, request: { kind: 'totals' } }, true)
  const totals = unpackTotals(sumParts(sums, addSums), tasks)
  const factors = classFactors(options, totals).map(own => (own === null ? null : [...own]))
  const solutions: Solution[] = []
  await fitTasks(
    {
      ...options,
      rows: distributedRows({ parts, head, factors }),
      regularizations: factors.map(() => ({ regParam, elasticNetParam })),
    },
    async batch => {
      solutions.push(...batch.solutions)
    },
  )
  return headOf({ kind, labels, regParam }, columns, solutions)
}
