import { type FittedHead, fitRows } from '../../../models/heads/fitHead.ts'
import { checkFitOptions, checkRegularization, type FitOptions } from '../../../models/heads/fitTasks.ts'
import type { Regularization } from '../../../models/heads/StandardizedProblem.ts'
import { type DistributedRowsOptions, distributedRows } from './distributedRows.ts'

export interface FitDistributedHeadOptions
  extends DistributedRowsOptions,
    Partial<Regularization>,
    Omit<FitOptions, 'threads'> {}

/**
 * Trains a head as `fitHead` does, with the same objective and the same search, on rows that are spread over workers: each evaluation of
 * the loss and its gradient is one pass over their parts, everything else happens here.
 * @throws HubError `bad_features`, `feature_not_finite`, `bad_targets`, `bad_weights`, `single_class`, `bad_parameter`, `parts_changed`
 */
export async function fitDistributedHead(options: FitDistributedHeadOptions): Promise<FittedHead> {
  const { regParam = 0, elasticNetParam = 0 } = options
  checkRegularization({ regParam, elasticNetParam })
  checkFitOptions(options)
  const rows = await distributedRows(options)
  return await fitRows({ ...options, rows, columns: rows.columns })
}
