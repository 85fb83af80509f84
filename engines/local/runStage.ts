import type { DuckDBConnection } from '@duckdb/node-api'
import type { RecordBatch } from 'apache-arrow'
import { HubError } from '../../base/HubError.ts'
import type { StageRecord } from '../../catalog/RunRecord.ts'
import type { StageStep } from '../../pipelines/Pipeline.ts'
import { batchToIpc, batchToRows, rowsToBatch } from '../../tables/batch.ts'
import { column } from '../../tables/column.ts'
import type { Columns, Row } from '../../tables/defineTable.ts'
import { readParquet, sqlName } from '../../tables/duckdb.ts'
import { columnList } from '../../tables/ParquetWriter.ts'
import { streamRows } from '../../tables/streamRows.ts'
import type { Progress } from '../Engine.ts'
import { type KeyedBatch, mapBatches } from './mapBatches.ts'
import { rowKey, StageWork } from './StageWork.ts'
import { Timeline } from './Timeline.ts'

export interface RunStageOptions {
  readonly connection: DuckDBConnection
  readonly connect: () => Promise<DuckDBConnection>
  readonly step: StageStep
  readonly workFolder: string
  readonly workers: number
  readonly signal: AbortSignal
  readonly onProgress: ((progress: Progress) => void) | undefined
}

/**
 * Brings the stage's finished work up to date with the step's input table and defines a view of the step's name over it.
 * Rows that an earlier run finished are not done again.
 * @throws HubError `conservation_broken` where the finished rows are not exactly the input's rows
 */
export async function runStage(options: RunStageOptions): Promise<StageRecord> {
  const { connection, connect, step, workers, signal, onProgress } = options
  const { stage } = step
  const work = await StageWork.open(options.workFolder, step, connection)
  const input = `${step.name}_input`
  await connection.run(
    `CREATE TABLE ${input} AS SELECT ${columnList(stage.input)}, md5(CAST(to_json(keyed) AS VARCHAR)) AS ${rowKey}
     FROM (SELECT ${columnList(stage.input)} FROM ${sqlName(step.input)}) AS keyed`,
  )
  const rowsTotal = await count(connection, input)
  const finished = await work.parts()
  const todo =
    finished.length === 0 ? input : `(FROM ${input} ANTI JOIN ${readParquet(finished)} USING (${rowKey}))`
  const rowsResumed = rowsTotal - (await count(connection, todo))

  const timeline = new Timeline()
  let rowsDone = rowsResumed
  const report = () => onProgress?.({ stage: step.name, rowsDone, rowsTotal, rowsResumed })
  report()
  const keep = async (keys: readonly string[], batch: RecordBatch) => {
    await work.add(keys, batchToRows(stage.output, batch))
    rowsDone += batch.numRows
    timeline.add(rowsDone - rowsResumed)
    report()
  }
  try {
    if (rowsDone < rowsTotal)
      await mapBatches({
        stage: { name: stage.name, module: stage.module, params: step.params },
        workers: Math.min(workers, Math.ceil((rowsTotal - rowsDone) / step.batchRows)),
        input: keyedBatches(await connect(), todo, step),
        onOutput: ({ keys }, batch) => keep(keys, batch),
        describe: ({ first }) => first,
        signal,
      })
  } finally {
    await work.flush()
  }

  const columns = columnList(stage.output)
  const parts = await work.parts()
  await connection.run(
    parts.length === 0
      ? `CREATE VIEW ${sqlName(step.name)} AS SELECT ${columns} FROM ${emptyTable(stage.output)}`
      : `CREATE VIEW ${sqlName(step.name)} AS SELECT ${columns} FROM ${readParquet(parts)} SEMI JOIN ${input} USING (${rowKey})`,
  )
  const rowsOut = await count(connection, sqlName(step.name))
  if (rowsOut !== rowsTotal)
    throw new HubError({
      code: 'conservation_broken',
      message: `stage ${stage.name} has ${rowsOut} finished rows for ${rowsTotal} rows of input`,
      hint: `remove ${work.folder} and run again`,
    })
  return {
    name: step.name,
    version: stage.version,
    rows_in: rowsTotal,
    rows_out: rowsOut,
    rows_resumed: rowsResumed,
    seconds: timeline.seconds,
    workers,
    timeline: timeline.points(),
  }
}

interface BatchKey {
  readonly keys: readonly string[]
  /** The first row's first column, for error messages. */
  readonly first: string
}

async function* keyedBatches(
  connection: DuckDBConnection,
  todo: string,
  { stage, batchRows }: StageStep,
): AsyncGenerator<KeyedBatch<BatchKey>, void> {
  const keyed: Columns = { ...stage.input, [rowKey]: column('text', 'hash of the input row') }
  for await (const rows of streamRows(
    connection,
    `SELECT ${columnList(keyed)} FROM ${todo}`,
    keyed,
    batchRows,
  )) {
    const batch = rowsToBatch(stage.input, rows as Row<Columns>[])
    yield {
      key: { keys: rows.map(row => row[rowKey] as string), first: String(Object.values(rows[0] ?? {})[0]) },
      ipc: batchToIpc(batch),
      rows: batch.numRows,
    }
  }
}

async function count(connection: DuckDBConnection, from: string): Promise<number> {
  const result = await connection.run(`SELECT count(*) FROM ${from}`)
  return Number((await result.getRows())[0]?.[0])
}

function emptyTable(columns: Columns): string {
  return `(SELECT ${Object.keys(columns)
    .map(name => `NULL AS ${sqlName(name)}`)
    .join(', ')} WHERE false)`
}
