import { HubError } from '../../../base/HubError.ts'
import { predictOutput } from '../../../stages/predict/columns.ts'
import predict, { type PredictParams } from '../../../stages/predict/predict.ts'
import { batchToRows } from '../../../tables/batch.ts'
import { trainingPlan } from '../../../tables/trainingPlan.ts'
import { shippedFiles } from '../Shipping.ts'
import type { SparkRun } from '../SparkRun.ts'
import { stageFailure } from '../stageFailure.ts'
import { stageFunction } from '../stageFunction.ts'

export interface JudgeRowsOptions extends Pick<SparkRun, 'session' | 'shipping' | 'signal'> {
  /** Query of position, image_id and embedding: each position from 0 to before `count` once. */
  readonly rows: string
  readonly count: number
  /** How many labels the head has. */
  readonly labels: number
  readonly head: PredictParams
}

/** Rows of a batch: 2 MB of 2048 features. */
const batchRows = 256

/**
 * Probabilities that a head gives rows, which stay where they are.
 * @returns row-major [count, labels]
 * @throws HubError `bad_vectors` where a row is missing; what the stage throws; SparkError
 */
export async function judgeRows(options: JudgeRowsOptions): Promise<Float32Array> {
  const { session, shipping, rows, count, labels, head, signal } = options
  await session.setConfig({ 'spark.sql.execution.arrow.maxRecordsPerBatch': String(batchRows) })
  const { position } = trainingPlan
  const judged = await session.sql(rows).mapInArrow(
    stageFunction({
      stage: predict,
      bundle: await shipping.bundle(predict.module),
      params: head,
      files: await shippedFiles(shipping, { stage: predict, params: head }),
      kind: 'map',
      carry: { position },
    }),
  )
  const probabilities = new Float32Array(count * labels)
  let found = 0
  try {
    for await (const batch of judged.select('position', 'probabilities').batches({ signal }))
      for (const row of batchToRows({ position, probabilities: predictOutput.probabilities }, batch)) {
        probabilities.set(row.probabilities, row.position * labels)
        found++
      }
  } catch (thrown) {
    throw stageFailure(thrown)
  }
  if (found !== count)
    throw new HubError({ code: 'bad_vectors', message: `${found} embeddings were found for ${count} images` })
  return probabilities
}
