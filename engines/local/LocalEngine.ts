import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { StageRecord } from '../../catalog/RunRecord.ts'
import { bindParameters } from '../../pipelines/bindParameters.ts'
import { columnsOf, type QueryStep } from '../../pipelines/Pipeline.ts'
import { typeMappings } from '../../tables/column.ts'
import { type Columns, duckdbDdl } from '../../tables/defineTable.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { columnList, copyToParquet, type ParquetFile } from '../../tables/ParquetWriter.ts'
import { readParquet, sqlName } from '../../tables/sqlText.ts'
import type { Engine, EngineResult, EngineRun } from '../Engine.ts'
import { localPathOf } from '../InputFile.ts'
import type { Training, TrainingOptions } from '../Training.ts'
import { runStage } from './runStage.ts'
import { defineSparkFunctions } from './sparkFunctions.ts'
import { LocalTraining } from './training/LocalTraining.ts'

export interface LocalEngineOptions {
  /** Worker threads for stages, cores for training. @default one a core */
  readonly workers?: number
}

/** Runs a pipeline on this machine: stages in worker threads, queries in DuckDB. */
export class LocalEngine implements Engine {
  readonly name = 'local'
  readonly #workers: number

  constructor(options: LocalEngineOptions = {}) {
    this.#workers = options.workers ?? availableParallelism()
  }

  async openTraining(options: TrainingOptions): Promise<Training> {
    return new LocalTraining(options, this.#workers)
  }

  /** Its workers end with each run. */
  async [Symbol.asyncDispose](): Promise<void> {}

  async run<Output extends string>(run: EngineRun<Output>): Promise<EngineResult<Output>> {
    const { pipeline, workFolder, signal } = run
    const temporaryFolder = join(workFolder, 'spill')
    await mkdir(temporaryFolder, { recursive: true })
    return await withDuckdb({ temporaryFolder }, async (connection, connect) => {
      await defineSparkFunctions(connection)
      for (const [name, columns] of Object.entries(pipeline.inputs)) {
        const given = run.inputs[name] ?? []
        const files = await Promise.all(given.map(file => localPathOf(file, run.storage)))
        await connection.run(
          files.length === 0
            ? duckdbDdl({ name, columns })
            : `CREATE VIEW ${sqlName(name)} AS SELECT ${columnList(columns)} FROM ${readParquet(files)}`,
        )
      }
      const stages: StageRecord[] = []
      const files = new Map<string, ParquetFile>()
      for (const step of pipeline.steps) {
        signal.throwIfAborted()
        if (step.kind === 'query') files.set(step.name, await runQuery(connection, step, workFolder))
        else
          stages.push(
            await runStage({
              connection,
              connect,
              step,
              workFolder,
              workers: this.#workers,
              signal,
              onProgress: run.onProgress,
            }),
          )
      }
      const outputs: Partial<Record<Output, readonly ParquetFile[]>> = {}
      for (const [name, step] of Object.entries(pipeline.outputs) as [Output, string][]) {
        const columns = columnsOf(pipeline, step)
        const file =
          files.get(step) ??
          (await copyToParquet({
            connection,
            sql: `SELECT ${columnList(columns)} FROM ${sqlName(step)}`,
            columns,
            path: join(workFolder, `${name}.parquet`),
          }))
        outputs[name] = [file]
      }
      return { outputs, stages }
    })
  }
}

/** A query's rows go to a Parquet file that the later steps read: nothing of it stays in memory. */
async function runQuery(
  connection: DuckDBConnection,
  step: QueryStep,
  workFolder: string,
): Promise<ParquetFile> {
  const file = await copyToParquet({
    connection,
    sql: `SELECT ${castList(step.output)} FROM (${bindParameters(step.sql, step.parameters)}\n)`,
    columns: step.output,
    path: join(workFolder, `${step.name}.parquet`),
  })
  await connection.run(`CREATE VIEW ${sqlName(step.name)} AS FROM ${readParquet([file.path])}`)
  return file
}

/** A query may give a wider or looser type (a TIMESTAMP, an INTEGER) than the table declares. */
function castList(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, { type }]) => `CAST(${sqlName(name)} AS ${typeMappings[type].duckdb}) AS ${sqlName(name)}`)
    .join(', ')
}
