import { mkdir } from 'node:fs/promises'
import { columnsOf, type Pipeline } from '../../pipelines/Pipeline.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import type { ParquetFile } from '../../tables/ParquetWriter.ts'
import { readParquet } from '../../tables/sqlText.ts'
import type { Engine, EngineResult, EngineRun } from '../Engine.ts'
import type { Training, TrainingOptions } from '../Training.ts'
import { type OpenSpark, openSpark, type SparkOptions } from './openSpark.ts'
import { defineParquetView } from './parquetTable.ts'
import { runSparkQuery } from './runSparkQuery.ts'
import { runSparkStage } from './runSparkStage.ts'
import type { SparkRun } from './SparkRun.ts'
import { SparkTraining } from './training/SparkTraining.ts'
import { WorkArea } from './WorkArea.ts'

/**
 * Runs a pipeline on Apache Spark: stages in Node processes on the executors, queries in Spark SQL; trains heads there. Spark is started
 * when it is first needed and serves until the engine is disposed of.
 */
export class SparkEngine implements Engine, AsyncDisposable {
  readonly name = 'spark'
  readonly #options: SparkOptions
  #opening: Promise<OpenSpark> | undefined

  constructor(options: SparkOptions) {
    this.#options = options
  }

  async run<Output extends string>(run: EngineRun<Output>): Promise<EngineResult<Output>> {
    const { died, ...sparkRun } = await this.#sparkRun(run)
    return await whileAlive(died, () => this.#run({ ...run, signal: sparkRun.signal }, sparkRun))
  }

  async #run<Output extends string>(
    run: EngineRun<Output>,
    sparkRun: SparkRun,
  ): Promise<EngineResult<Output>> {
    const { pipeline, signal } = run
    await defineInputs(run, sparkRun)
    const stages = []
    for (const step of pipeline.steps) {
      signal.throwIfAborted()
      if (step.kind === 'query') await runSparkQuery(step, sparkRun)
      else stages.push(await runSparkStage(step, sparkRun))
    }
    return { outputs: await collectOutputs(pipeline, sparkRun), stages }
  }

  async openTraining(options: TrainingOptions): Promise<Training> {
    const { died, ...sparkRun } = await this.#sparkRun(options)
    const training = await whileAlive(died, () => SparkTraining.open(sparkRun, options))
    return {
      workers: training.workers,
      embedded: () => whileAlive(died, () => training.embedded()),
      fit: job => whileAlive(died, () => training.fit(job)),
      judge: job => whileAlive(died, () => training.judge(job)),
      [Symbol.asyncDispose]: () => training[Symbol.asyncDispose](),
    }
  }

  /** What the steps of one run share; its signal is aborted with the run's, and when the server dies. */
  async #sparkRun({
    storage,
    workFolder,
    signal,
    onProgress,
  }: Pick<EngineRun, 'storage' | 'workFolder' | 'signal' | 'onProgress'>): Promise<
    SparkRun & Pick<OpenSpark, 'died'>
  > {
    await mkdir(workFolder, { recursive: true })
    const { session, shipping, slots, died } = await this.#opened(signal)
    return {
      session,
      shipping,
      slots,
      stageSeconds: this.#options.stageSeconds,
      signal: AbortSignal.any([signal, died]),
      onProgress,
      area: new WorkArea(storage, workFolder),
      died,
    }
  }

  async #opened(signal: AbortSignal): Promise<OpenSpark> {
    const before = await this.#opening
    if (before?.died.aborted) {
      this.#opening = undefined
      await before[Symbol.asyncDispose]()
    }
    this.#opening ??= this.#open(signal)
    return await this.#opening
  }

  /** Who stops the run that opens Spark stops the opening; once it is open, it serves other runs. A later run tries again. */
  async #open(signal: AbortSignal): Promise<OpenSpark> {
    const opening = new AbortController()
    const abort = () => opening.abort(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    try {
      return await openSpark(this.#options, opening.signal)
    } catch (thrown) {
      this.#opening = undefined
      throw thrown
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined)
    await opened?.[Symbol.asyncDispose]()
  }
}

/** A server that died is the reason of whatever went wrong, whatever it looked like from here. */
async function whileAlive<T>(died: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    died.throwIfAborted()
    throw thrown
  }
}

async function defineInputs({ pipeline, inputs }: EngineRun<string>, run: SparkRun): Promise<void> {
  for (const [name, columns] of Object.entries(pipeline.inputs)) {
    const paths = await Promise.all((inputs[name] ?? []).map(file => run.area.inputPath(file)))
    await defineParquetView(run, name, { columns, paths })
  }
}

/** The files of the outputs on this machine. */
async function collectOutputs<Output extends string>(
  pipeline: Pipeline<Output>,
  run: SparkRun,
): Promise<EngineResult<Output>['outputs']> {
  const outputs: Partial<Record<Output, readonly ParquetFile[]>> = {}
  for (const [output, step] of Object.entries(pipeline.outputs) as [Output, string][]) {
    const isQuery = pipeline.steps.some(({ kind, name }) => kind === 'query' && name === step)
    const name = isQuery ? step : `output_${output}`
    if (!isQuery)
      await runSparkQuery(
        {
          kind: 'query',
          name,
          sql: `SELECT * FROM ${step}`,
          parameters: {},
          output: columnsOf(pipeline, step),
        },
        run,
      )
    outputs[output] = await counted(await run.area.localFiles(name))
  }
  return outputs
}

/** The files that have rows. */
async function counted(files: readonly Omit<ParquetFile, 'rows'>[]): Promise<ParquetFile[]> {
  return await withDuckdb({ threads: 1 }, async connection => {
    const withRows: ParquetFile[] = []
    for (const file of files) {
      const result = await connection.run(`SELECT count(*)::DOUBLE FROM ${readParquet([file.path])}`)
      const rows = Number((await result.getRows())[0]?.[0])
      if (rows > 0) withRows.push({ ...file, rows })
    }
    return withRows
  })
}
