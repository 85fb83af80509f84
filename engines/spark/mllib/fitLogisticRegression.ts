import { randomUUID } from 'node:crypto'
import type { DataFrame } from '../connect/DataFrame.ts'
import type { ExecutionOptions } from '../connect/execute.ts'
import type { SparkSession } from '../connect/SparkSession.ts'
import { MlObject } from './MlObject.ts'
import { double, flag, integer, readMatrix, readNumbers, readVector, text } from './mlLiterals.ts'

export const logisticRegression = 'org.apache.spark.ml.classification.LogisticRegression'

export interface LogisticRegressionParams {
  /** @default 0 */
  readonly regParam?: number
  /** Share of the L1 norm, 0 to 1. @default 0 */
  readonly elasticNetParam?: number
  /** @default 100 */
  readonly maxIterations?: number
  /** @default 1e-6 */
  readonly tolerance?: number
  /** `binomial` has one output for two classes. @default 'auto': binomial for two classes */
  readonly family?: 'auto' | 'binomial' | 'multinomial'
  /** @default true */
  readonly fitIntercept?: boolean
  /** @default true */
  readonly standardization?: boolean
}

export interface FitLogisticRegressionOptions extends ExecutionOptions {
  readonly session: SparkSession
  readonly dataset: DataFrame
  /** Column of MLlib's vectors: see `withVector`. */
  readonly featuresColumn: string
  /** Column of class indices, doubles. */
  readonly labelColumn: string
  /** Column of doubles. @default every row weighs 1 */
  readonly weightColumn?: string
  readonly params?: LogisticRegressionParams
}

/** A fitted model: logits are features · coefficientsᵀ + intercepts, on features as they are. */
export interface LogisticRegressionFit {
  /** Row-major, outputs × columns. */
  readonly coefficients: Float64Array
  readonly intercepts: Float64Array
  readonly outputs: number
  readonly columns: number
  /** The objective at the start and after each iteration. */
  readonly objectiveHistory: Float64Array
  /** The model on the server: to transform, to save, to dispose of. */
  readonly model: MlObject
}

/**
 * Trains MLlib's LogisticRegression on the cluster.
 * @throws HubError `spark_version` on Spark 3.5
 * @throws SparkError what MLlib says, for example of a label that is no index
 */
export async function fitLogisticRegression(
  options: FitLogisticRegressionOptions,
): Promise<LogisticRegressionFit> {
  const { session, dataset, featuresColumn, labelColumn, weightColumn, params = {}, ...execution } = options
  const model = await MlObject.fit({
    session,
    dataset,
    estimator: logisticRegression,
    uid: `logreg_${randomUUID().slice(0, 8)}`,
    params: {
      featuresCol: text(featuresColumn),
      labelCol: text(labelColumn),
      ...(weightColumn === undefined ? {} : { weightCol: text(weightColumn) }),
      regParam: double(params.regParam ?? 0),
      elasticNetParam: double(params.elasticNetParam ?? 0),
      maxIter: integer(params.maxIterations ?? 100),
      tol: double(params.tolerance ?? 1e-6),
      family: text(params.family ?? 'auto'),
      fitIntercept: flag(params.fitIntercept ?? true),
      standardization: flag(params.standardization ?? true),
    },
    ...execution,
  })
  try {
    const matrix = readMatrix(await model.fetch('coefficientMatrix'))
    const intercepts = readVector(await model.fetch('interceptVector'))
    const objectiveHistory = readNumbers(await model.fetch('summary', 'objectiveHistory'))
    const { rows: outputs, columns, values: coefficients } = matrix
    return { coefficients, intercepts, outputs, columns, objectiveHistory, model }
  } catch (error) {
    await model[Symbol.asyncDispose]()
    throw error
  }
}
