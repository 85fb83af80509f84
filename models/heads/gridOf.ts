import { userError } from '../../base/HubError.ts'
import { checkRegularization } from './fitTasks.ts'
import type { Regularization } from './StandardizedProblem.ts'

/** Values of the regularisation, of which every combination is tried; one of each is no choice and needs no cross-validation. */
export interface Grid {
  readonly regParams: readonly number[]
  readonly elasticNetParams: readonly number[]
}

/**
 * The combinations of a grid, each once, from strong to weak regularisation.
 * @throws HubError `bad_parameter`
 */
export function gridOf({ regParams, elasticNetParams }: Grid): Regularization[] {
  if (regParams.length === 0 || elasticNetParams.length === 0) {
    throw userError(
      'bad_parameter',
      'the grid is empty',
      'give at least one regParam and one elasticNetParam',
    )
  }
  const strongFirst = [...new Set(regParams)].sort((a, b) => b - a)
  const grid = strongFirst.flatMap(regParam =>
    [...new Set(elasticNetParams)].map(elasticNetParam => ({ regParam, elasticNetParam })),
  )
  for (const regularization of grid) checkRegularization(regularization)
  return grid
}
