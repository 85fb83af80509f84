import { chooseFromGrid, type GridChoice, type GridOptions } from './chooseFromGrid.ts'
import { checkFeatures } from './Features.ts'
import { type FitHeadOptions, type FittedHead, fitHead } from './fitHead.ts'
import { checkFitOptions } from './fitTasks.ts'
import { headTasks } from './headTasks.ts'
import { heldOutSums } from './heldOutSums.ts'
import { localRows } from './localRows.ts'

export interface CrossValidateOptions
  extends Omit<FitHeadOptions, 'regParam' | 'elasticNetParam'>,
    GridOptions {
  /** The fold in which each row is held out: see `foldRows`. */
  readonly foldOf: Int32Array
}

export interface CrossValidation extends GridChoice {
  /** Trained on all rows with the best parameters. */
  readonly head: FittedHead
}

/**
 * Chooses regParam and elasticNetParam by cross-validation, then trains on all rows: see `chooseFromGrid`.
 * @throws HubError what `fitHead` throws
 */
export async function crossValidate(options: CrossValidateOptions): Promise<CrossValidation> {
  const { features, folds, threads = 1 } = options
  checkFeatures(features)
  checkFitOptions(options)
  const heldOut = Array.from({ length: folds }, (_, fold) => fold)
  const tasks = headTasks({ ...options, rows: features.rows }, heldOut)
  const labelled = { ...options, labels: options.labels.length, rows: features.rows }
  const choice = await chooseFromGrid({
    ...options,
    rows: localRows({ ...tasks, features, threads }),
    heldOut: (evaluator, tasks, models) => heldOutSums({ evaluator, tasks, models, rows: labelled, heldOut }),
  })
  return { ...choice, head: await fitHead({ ...options, ...choice.best }) }
}
