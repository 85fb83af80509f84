import { HubError } from '../../../base/HubError.ts'
import type { Split } from '../../../models/heads/split.ts'
import { bindParameters } from '../../../pipelines/bindParameters.ts'
import { embeddings } from '../../../tables/embeddings.ts'
import { trainingPlan } from '../../../tables/trainingPlan.ts'
import { fitFromGrid } from '../../fitFromGrid.ts'
import type { FitJob, FitResult, JudgeJob, PlannedRows, Training, TrainingOptions } from '../../Training.ts'
import { collectNumbers } from '../collectNumbers.ts'
import { defineParquetView } from '../parquetTable.ts'
import { runSparkQuery } from '../runSparkQuery.ts'
import type { SparkRun } from '../SparkRun.ts'
import { crossValidateDistributed } from './crossValidateDistributed.ts'
import { fitDistributedHead } from './fitDistributedHead.ts'
import { judgeRows } from './judgeRows.ts'
import { planParts } from './planParts.ts'
import { sparkTrainingParts } from './sparkTrainingParts.ts'

/** Views of a training. */
const embedded = 'training_embeddings'
const planned = 'training_plan'

const { image_id, model_id, model_sha256, run_id } = embeddings.columns

/** Trains in Node workers on the executors: neither embeddings nor anything of their size comes to the driver. */
export class SparkTraining implements Training {
  readonly #run: SparkRun
  readonly #modelId: string

  private constructor(run: SparkRun, modelId: string) {
    this.#run = run
    this.#modelId = modelId
  }

  static async open(run: SparkRun, { embeddings: files, modelId }: TrainingOptions): Promise<SparkTraining> {
    const paths = await Promise.all(files.map(file => run.area.inputPath(file)))
    await defineParquetView(run, embedded, { columns: embeddings.columns, paths })
    return new SparkTraining(run, modelId)
  }

  get workers(): number {
    return this.#run.slots
  }

  async embedded(): Promise<readonly string[]> {
    await runSparkQuery(
      {
        kind: 'query',
        name: 'embedded',
        sql: `SELECT image_id, model_id, model_sha256, run_id FROM ${embedded} WHERE model_id = :model_id`,
        parameters: { model_id: this.#modelId },
        output: { image_id, model_id, model_sha256, run_id },
      },
      this.#run,
    )
    return (await this.#run.area.localFiles('embedded')).map(({ path }) => path)
  }

  async fit(job: FitJob): Promise<FitResult> {
    const { session, slots, signal } = this.#run
    await this.#definePlan(job)
    const rows = job.counts.train
    const one = `SELECT size(embedding) AS columns FROM (${plannedSql(job, 'train')}) LIMIT 1`
    const { columns } = await collectNumbers(session.sql(one), ['columns'], signal)
    await using parts = await sparkTrainingParts({
      ...this.#run,
      rows: `SELECT image_id AS id, embedding AS features, classes, CAST(1 AS FLOAT) AS weight, fold
        FROM (${plannedSql(job, 'train')})`,
      parts: planParts({ rows, columns, slots }),
    })
    const cached = session.sql(`SELECT count(*) AS found FROM ${parts.dataset}`)
    const { found } = await collectNumbers(cached, ['found'], signal)
    if (found !== rows)
      throw new HubError({
        code: 'bad_vectors',
        message: `${found} embeddings were found for ${rows} images`,
      })
    const { kind, labels, balanced, maxIterations, tolerance, grid, folds } = job
    const common = {
      kind,
      labels,
      parts,
      classWeights: balanced ? ('balanced' as const) : undefined,
      maxIterations,
      tolerance,
    }
    return await fitFromGrid(grid, {
      fit: regularization => fitDistributedHead({ ...common, ...regularization }),
      crossValidate: () => crossValidateDistributed({ ...common, grid, folds }),
    })
  }

  async judge(job: JudgeJob): Promise<Float32Array> {
    await this.#definePlan(job)
    return await judgeRows({
      ...this.#run,
      rows: `SELECT position, image_id, embedding FROM (${plannedSql(job, 'test')})`,
      count: job.counts.test,
      labels: job.labels,
      head: { headPath: job.headPath, model: job.model },
    })
  }

  async #definePlan({ plan }: PlannedRows): Promise<void> {
    const paths = [await this.#run.area.inputPath({ path: plan })]
    await defineParquetView(this.#run, planned, { columns: trainingPlan, paths })
  }

  /** Spark serves until its engine is disposed of. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The embeddings of the planned images of a split, with what is planned for them. */
function plannedSql({ model }: PlannedRows, split: Split): string {
  return bindParameters(
    `SELECT position, image_id, embedding, classes, fold FROM ${embedded} JOIN ${planned} USING (image_id)
     WHERE split = :split AND model_id = :id AND model_sha256 = :sha256`,
    { split, ...model },
  )
}
