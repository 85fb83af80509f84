import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { RecordBatch } from 'apache-arrow'
import type { StageRecord } from '../../catalog/RunRecord.ts'
import type { StageStep } from '../../pipelines/Pipeline.ts'
import { batchToIpc, batchToRows, rowsToBatch } from '../../tables/batch.ts'
import type { Columns, Row } from '../../tables/defineTable.ts'
import { columnList } from '../../tables/ParquetWriter.ts'
import { readParquet, sqlName, sqlText } from '../../tables/sqlText.ts'
import { streamRows } from '../../tables/streamRows.ts'
import { streamTable } from '../../tables/streamTable.ts'
import type { Progress } from '../Engine.ts'
import { checkConserved, checkDistinct, rowKey, withRowKey } from '../finishedRows.ts'
import { Timeline } from '../Timeline.ts'
import { InFlight } from './InFlight.ts'
import { type KeyedBatch, mapBatches } from './mapBatches.ts'
import { type KeyedRow, runApart } from './runApart.ts'
import { StageWork } from './StageWork.ts'

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
 * Rows that an earlier run finished are not done again; those that a process died with are first tried apart.
 * @throws HubError `duplicate_rows` where rows of the input are equal; `conservation_broken` where the finished rows are not exactly
 *   the input's rows
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
  const distinct = await count(connection, input, `DISTINCT ${rowKey}`)
  checkDistinct(step, rowsTotal, distinct)
  const todo = async () => {
    const finished = await work.parts()
    return finished.length === 0
      ? input
      : `(FROM ${input} ANTI JOIN ${readParquet(finished)} USING (${rowKey}))`
  }
  const rowsResumed = rowsTotal - (await count(connection, await todo()))

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
  const inFlight = await InFlight.open(join(work.folder, 'in-flight'))
  if (inFlight.suspects.size > 0) {
    const suspects = await suspectRows(connection, await todo(), step, inFlight.suspects)
    try {
      await runApart({ step, suspects, onOutput: keep, describe, signal })
    } finally {
      await work.flush()
    }
  }
  await inFlight.clear()
  const usedWorkers = Math.min(workers, Math.ceil((rowsTotal - rowsDone) / step.batchRows))
  const left = `${step.name}_left`
  await connection.run(`CREATE TABLE ${left} AS FROM ${await todo()}`)
  try {
    if (usedWorkers > 0)
      await mapBatches({
        stage: { name: stage.name, module: stage.module, params: step.params },
        workers: usedWorkers,
        input: keyedBatches(await connect(), left, step, inFlight),
        onOutput: async ({ keys, underWay }, batch) => {
          await keep(keys, batch)
          await inFlight.end(underWay)
        },
        describe: ({ first }) => first,
        signal,
      })
  } finally {
    await work.flush()
    await inFlight.clear()
  }
  await connection.run(`DROP TABLE ${left}`)

  const columns = columnList(stage.output)
  const parts = await work.parts()
  await connection.run(
    parts.length === 0
      ? `CREATE VIEW ${sqlName(step.name)} AS SELECT ${columns} FROM ${emptyTable(stage.output)}`
      : `CREATE VIEW ${sqlName(step.name)} AS SELECT ${columns} FROM ${readParquet(parts)} SEMI JOIN ${input} USING (${rowKey})`,
  )
  const rowsOut = await count(connection, sqlName(step.name))
  checkConserved(step, rowsTotal, rowsOut, work.folder)
  return {
    name: step.name,
    version: stage.version,
    rows_in: rowsTotal,
    rows_out: rowsOut,
    rows_resumed: rowsResumed,
    seconds: timeline.seconds,
    workers: Math.max(usedWorkers, 1),
    timeline: timeline.points(),
  }
}

interface BatchKey {
  readonly keys: readonly string[]
  /** Names the first row, for error messages. */
  readonly first: string
  /** Its name in the journal of what is in flight. */
  readonly underWay: string
}

async function* keyedBatches(
  connection: DuckDBConnection,
  table: string,
  { stage, batchRows }: StageStep,
  inFlight: InFlight,
): AsyncGenerator<KeyedBatch<BatchKey>, void> {
  const keyed = withRowKey(stage.input)
  for await (const rows of streamTable(connection, table, keyed, batchRows)) {
    const batch = rowsToBatch(stage.input, rows)
    const keys = rows.map(row => row[rowKey] as string)
    const underWay = await inFlight.begin(keys)
    yield { key: { keys, first: describe(rows[0]), underWay }, ipc: batchToIpc(batch), rows: batch.numRows }
  }
}

/** The rows that are left to do and are suspected of having ended a process. */
async function suspectRows(
  connection: DuckDBConnection,
  todo: string,
  { stage }: StageStep,
  suspects: ReadonlySet<string>,
): Promise<KeyedRow[]> {
  const keyed = withRowKey(stage.input)
  const sql = `SELECT ${columnList(keyed)} FROM ${todo} WHERE ${rowKey} IN (${[...suspects].map(sqlText).join(', ')})`
  const found: KeyedRow[] = []
  for await (const rows of streamRows(connection, sql, keyed))
    for (const row of rows) found.push({ key: row[rowKey] as string, row })
  return found
}

/** Names a row by its first column. */
function describe(row: Row<Columns> | undefined): string {
  return String(Object.values(row ?? {})[0])
}

async function count(connection: DuckDBConnection, from: string, what = '*'): Promise<number> {
  const result = await connection.run(`SELECT count(${what}) FROM ${from}`)
  return Number((await result.getRows())[0]?.[0])
}

function emptyTable(columns: Columns): string {
  return `(SELECT ${Object.keys(columns)
    .map(name => `NULL AS ${sqlName(name)}`)
    .join(', ')} WHERE false)`
}
