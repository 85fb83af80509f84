import { randomUUID } from 'node:crypto'
import type { DataFrame } from '../connect/DataFrame.ts'
import type { ExecutionOptions } from '../connect/execute.ts'
import type { SparkSession } from '../connect/SparkSession.ts'
import { MlObject } from './MlObject.ts'
import { readTexts, text } from './mlLiterals.ts'

export interface FitStringIndexerOptions extends ExecutionOptions {
  readonly session: SparkSession
  readonly dataset: DataFrame
  /** Column of class names. */
  readonly inputColumn: string
  /** Column of indices that the model adds, doubles. */
  readonly outputColumn: string
}

export interface StringIndexerFit {
  /** Class names by index: the most frequent first, equally frequent ones by name. */
  readonly labels: readonly string[]
  readonly model: MlObject
}

/** MLlib's StringIndexer in its order `frequencyDesc`, which imagehub's own labels are in too. */
export async function fitStringIndexer(options: FitStringIndexerOptions): Promise<StringIndexerFit> {
  const { session, dataset, inputColumn, outputColumn, ...execution } = options
  const model = await MlObject.fit({
    session,
    dataset,
    estimator: 'org.apache.spark.ml.feature.StringIndexer',
    uid: `strIdx_${randomUUID().slice(0, 8)}`,
    params: {
      inputCol: text(inputColumn),
      outputCol: text(outputColumn),
      stringOrderType: text('frequencyDesc'),
    },
    ...execution,
  })
  return { labels: readTexts(await model.fetch('labels')), model }
}
