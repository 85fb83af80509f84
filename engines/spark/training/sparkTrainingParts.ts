import { randomUUID } from 'node:crypto'
import type { RecordBatch } from 'apache-arrow'
import gradient from '../../../stages/gradient/gradient.ts'
import type { GradientParams } from '../../../stages/gradient/params.ts'
import type { SparkSession } from '../connect/SparkSession.ts'
import type { Shipping } from '../Shipping.ts'
import { stageFailure } from '../stageFailure.ts'
import { stageFunction } from '../stageFunction.ts'
import type { PartSelection, TrainingParts } from './TrainingParts.ts'
import { keptRowsSql, selectedRowsSql, trainingRowsSql } from './trainingRowsSql.ts'

export interface SparkTrainingPartsOptions {
  readonly session: SparkSession
  readonly shipping: Shipping
  /**
   * Query of the training rows: `id` (its order is the order of the rows), `features` ARRAY<FLOAT>, `classes` ARRAY<FLOAT> (see
   * `gradientInput`), `weight` FLOAT and `fold` INT.
   */
  readonly rows: string
  /** Parts that the rows are cut into; a few for each task that runs at once. */
  readonly parts: number
  /** Bytes of rows that each thread of a worker may keep, outside the JVM. @default 1 GiB */
  readonly keepBytes?: number
  readonly signal: AbortSignal
}

/** Rows of one batch on their way to a worker: 4 MB of 2048 features. */
const batchRows = 512

/**
 * Puts training rows into Spark's cache, in parts of fixed rows in a fixed order: an executor that is lost computes its parts again, to the
 * bit. Dispose of it to free the cache.
 * @throws SparkError
 */
export async function sparkTrainingParts(
  options: SparkTrainingPartsOptions,
): Promise<TrainingParts & AsyncDisposable> {
  const { session, shipping, parts: count, keepBytes = 2 ** 30, signal } = options
  const dataset = `training_${randomUUID().replaceAll('-', '')}`
  await session.sql(trainingRowsSql({ rows: options.rows, parts: count })).createView(dataset)
  await session.run(`CACHE TABLE ${dataset}`, { signal })
  await session.setConfig({ 'spark.sql.execution.arrow.maxRecordsPerBatch': String(batchRows) })
  const bundle = await shipping.bundle(gradient.module)

  async function* run(params: GradientParams, selection: PartSelection): AsyncGenerator<RecordBatch> {
    const rows = session.sql(
      selection === 'kept' ? keptRowsSql(dataset) : selectedRowsSql(dataset, selection),
    )
    const summed = await rows.mapInArrow(
      stageFunction({ stage: gradient, bundle, params, kind: 'aggregate' }),
    )
    try {
      yield* summed.batches({ signal })
    } catch (thrown) {
      throw stageFailure(thrown)
    }
  }

  return {
    count,
    dataset,
    keepBytes,
    run,
    async [Symbol.asyncDispose]() {
      // A session that is gone has freed its cache.
      await session.run(`UNCACHE TABLE IF EXISTS ${dataset}`).catch(() => {})
    },
  }
}
