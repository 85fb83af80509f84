import { chooseFromGrid, type GridOptions } from '../../../models/heads/chooseFromGrid.ts'
import type { CrossValidation } from '../../../models/heads/crossValidate.ts'
import { checkFitOptions } from '../../../models/heads/fitTasks.ts'
import { type DistributedRowsOptions, distributedRows } from './distributedRows.ts'
import { fitDistributedHead } from './fitDistributedHead.ts'

export interface CrossValidateDistributedOptions extends DistributedRowsOptions, GridOptions {}

/**
 * Chooses from a grid and trains as `crossValidate` does, on rows that are spread over workers and know their folds.
 * @throws HubError as `fitDistributedHead`
 */
export async function crossValidateDistributed(
  options: CrossValidateDistributedOptions,
): Promise<CrossValidation> {
  checkFitOptions(options)
  const heldOut = Array.from({ length: options.folds }, (_, fold) => fold)
  const choice = await chooseFromGrid({
    ...options,
    rows: await distributedRows(options, heldOut),
    heldOut: (evaluator, tasks, models) => evaluator.heldOut(tasks, models),
  })
  return { ...choice, head: await fitDistributedHead({ ...options, ...choice.best }) }
}
