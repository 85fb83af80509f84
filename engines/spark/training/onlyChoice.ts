import { userError } from '../../../base/HubError.ts'
import type { Regularization } from '../../../models/heads/StandardizedProblem.ts'
import type { Grid } from '../../Training.ts'

/**
 * The one combination of a grid.
 * @throws HubError `no_grid_on_spark` where there are several
 */
export function onlyChoice({ regParams, elasticNetParams }: Grid): Regularization {
  const [regParam = 0, ...otherRegParams] = regParams
  const [elasticNetParam = 0, ...otherElasticNetParams] = elasticNetParams
  if (otherRegParams.length + otherElasticNetParams.length > 0)
    throw userError(
      'no_grid_on_spark',
      `${regParams.length * elasticNetParams.length} combinations of reg-param and elastic-net-param were given: Spark tries one`,
      'choose by cross-validation on this machine, with --engine local, and train with what it chose',
    )
  return { regParam, elasticNetParam }
}
