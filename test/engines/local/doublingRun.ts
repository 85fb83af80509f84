import { existsSync, globSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Engine, Progress } from '../../../engines/Engine.ts'
import { LocalEngine } from '../../../engines/local/LocalEngine.ts'
import type { StageStep } from '../../../pipelines/Pipeline.ts'
import { openStorage } from '../../../storage/openStorage.ts'
import type { Row } from '../../../tables/defineTable.ts'
import { withDuckdb } from '../../../tables/duckdb.ts'
import { ParquetWriter } from '../../../tables/ParquetWriter.ts'
import { readParquet } from '../../../tables/sqlText.ts'
import { streamRows } from '../../../tables/streamRows.ts'
import doubling, { type DoublingParams, doublingInput, doublingOutput } from './stages/doubling.ts'

export type NumberRow = Row<typeof doublingInput>

export interface DoublingRun {
  /** Holds the work folder, and the log of the rows worked on. */
  readonly folder: string
  readonly rows: readonly NumberRow[]
  readonly faults?: DoublingParams['faults']
  readonly hangAfter?: number
  readonly batchesAhead?: number
  readonly rowMilliseconds?: number
  readonly slowOnce?: DoublingParams['slowOnce']
  readonly workers?: number
  readonly batchRows?: number
  readonly identity?: unknown
  readonly stage?: Partial<StageStep['stage']>
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** @default a local one */
  readonly engine?: Engine
}

/** Rows `row 0` ... with the numbers from 0 on. */
export function numberRows(count: number): NumberRow[] {
  return Array.from({ length: count }, (_, number) => ({ id: `row ${number}`, number }))
}

/** Doubles the rows on a local engine: the stage's rows by id, its record, and the rows that were worked on this time. */
export async function runDoubling(options: DoublingRun) {
  const { folder, rows, faults = {}, batchesAhead = 0, workers = 2, batchRows = 4, identity = 1 } = options
  const { signal = new AbortController().signal, onProgress, hangAfter, rowMilliseconds, slowOnce } = options
  const workFolder = join(folder, 'work')
  const log = join(folder, 'log')
  await mkdir(workFolder, { recursive: true })
  await rm(log, { force: true })
  const given = await writeRows(join(folder, 'given.parquet'), rows)
  const { engine = new LocalEngine({ workers }) } = options
  const result = await engine.run({
    pipeline: {
      name: 'doubling',
      inputs: { given: doublingInput },
      steps: [
        {
          kind: 'stage',
          name: 'doubled',
          stage: { ...doubling, ...options.stage },
          input: 'given',
          params: { log, faults, hangAfter, batchesAhead, rowMilliseconds, slowOnce },
          identity,
          batchRows,
        },
        {
          kind: 'query',
          name: 'result',
          sql: 'SELECT * FROM doubled',
          parameters: {},
          output: doublingOutput,
        },
      ],
      outputs: {},
    },
    inputs: { given: [{ path: given }] },
    storage: openStorage(folder),
    workFolder,
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  const [record] = result.stages
  if (record === undefined) throw new Error('a stage has a record')
  return { rows: await readRows(resultFiles(workFolder)), record, worked: await workedOn(folder) }
}

/** The ids of the rows that the latest run worked on, sorted. */
export async function workedOn(folder: string): Promise<string[]> {
  const log = join(folder, 'log')
  return existsSync(log) ? (await readFile(log, 'utf8')).split('\n').filter(Boolean).sort() : []
}

async function writeRows(path: string, rows: readonly NumberRow[]): Promise<string> {
  await withDuckdb({}, async connection => {
    const writer = await ParquetWriter.open(connection, doublingInput)
    await writer.write(rows)
    await writer.close(path)
  })
  return path
}

/** Of the query `result`: one file of a local engine, or those that Spark's tasks wrote. */
export function resultFiles(workFolder: string): string[] {
  const ofSpark = join(workFolder, basename(workFolder), 'result')
  return existsSync(ofSpark) ? globSync(join(ofSpark, '*.parquet')) : [join(workFolder, 'result.parquet')]
}

async function readRows(files: readonly string[]): Promise<Row<typeof doublingOutput>[]> {
  return await withDuckdb({}, async connection => {
    const all: Row<typeof doublingOutput>[] = []
    const sql = `SELECT id, doubled, problem FROM ${readParquet(files)} ORDER BY id`
    for await (const rows of streamRows(connection, sql, doublingOutput)) all.push(...rows)
    return all
  })
}

// As a program, it runs what its argument says (JSON), in a process that may crash.
if (process.argv[1] === import.meta.filename)
  await runDoubling(JSON.parse(process.argv[2] ?? '') as DoublingRun)
