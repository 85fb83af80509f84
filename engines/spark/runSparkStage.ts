import { createHash } from 'node:crypto'
import { HubError } from '../../base/HubError.ts'
import type { StageRecord } from '../../catalog/RunRecord.ts'
import type { StageStep } from '../../pipelines/Pipeline.ts'
import { sparkDdl } from '../../tables/defineTable.ts'
import { Timeline } from '../Timeline.ts'
import { collectNumbers } from './collectNumbers.ts'
import { defineParquetView, parquetWriteOptions } from './parquetTable.ts'
import { planPartitions } from './planPartitions.ts'
import type { SparkRun } from './SparkRun.ts'
import { stageFailure } from './stageFailure.ts'
import { keyedRowsSql, partitionedRowsSql, rowCostSql, rowKey, withRowKey } from './stageInputSql.ts'
import { sparkColumns } from './tableSql.ts'
import { watchParts } from './watchParts.ts'
import { commandProtocol, encodeStageCommand } from './worker/StageCommand.ts'

/**
 * Runs a stage in Node workers on the executors over those rows of its input that no earlier run finished, and defines a view of the
 * step's name over the results.
 * @throws HubError `duplicate_rows`, `conservation_broken`, what the stage threw; SparkError
 */
export async function runSparkStage(step: StageStep, run: SparkRun): Promise<StageRecord> {
  const { session, area, slots, signal, onProgress } = run
  const { stage } = step
  const input = `${step.name}_input`
  await session.sql(keyedRowsSql(step.input, stage.input)).createView(input)
  const numbers = (sql: string) =>
    collectNumbers(session.sql(sql), ['rows', 'distinct_rows', 'bytes'], signal)
  const all = await numbers(
    `SELECT count(*) AS rows, count(DISTINCT ${rowKey}) AS distinct_rows, 0L AS bytes FROM ${input}`,
  )
  if (all.rows !== all.distinct_rows)
    throw new HubError({
      code: 'duplicate_rows',
      message: `the input of stage ${stage.name} has ${all.rows} rows, of which only ${all.distinct_rows} differ`,
      hint: `let ${step.input} give each row once`,
    })

  const parts = partsName(step)
  const finished = `${step.name}_finished`
  const findFinished = async () =>
    await defineParquetView(run, finished, {
      columns: withRowKey(stage.output),
      paths: await area.readPaths(parts),
      skipBroken: true,
    })
  await findFinished()
  const left = `${step.name}_left`
  await session.sql(`SELECT * FROM ${input} LEFT ANTI JOIN ${finished} USING (${rowKey})`).createView(left)
  const todo = await numbers(
    `SELECT count(*) AS rows, 0L AS distinct_rows, CAST(sum(${rowCostSql(stage.input)}) AS BIGINT) AS bytes FROM ${left}`,
  )

  const timeline = new Timeline()
  const rowsResumed = all.rows - todo.rows
  const report = (newRows: number) => {
    timeline.add(newRows)
    onProgress?.({ stage: step.name, rowsDone: rowsResumed + newRows, rowsTotal: all.rows, rowsResumed })
  }
  report(0)
  if (todo.rows > 0) {
    const partitions = planPartitions({ ...todo, slots, batchRows: step.batchRows })
    await session.setConfig({ 'spark.sql.execution.arrow.maxRecordsPerBatch': String(step.batchRows) })
    const rows = session.sql(
      partitionedRowsSql({ table: left, columns: stage.input, partitions, bytes: todo.bytes }),
    )
    const mapped = await rows.mapInArrow({
      name: stage.name,
      command: encodeStageCommand(await commandOf(step, run)),
      output: sparkDdl(withRowKey(stage.output)).replaceAll(' NOT NULL', ''),
    })
    const watch = await watchParts({ area, parts, partitions, rows: todo.rows, onRows: report })
    try {
      const path = area.writePath(parts)
      await mapped.write({ format: 'parquet', path, mode: 'append', options: parquetWriteOptions, signal })
    } catch (thrown) {
      throw await stageFailure(thrown, run.logFile)
    } finally {
      watch.stop()
    }
    await findFinished()
  }

  const columns = sparkColumns(stage.output)
  const done = `SELECT * FROM ${finished} LEFT SEMI JOIN ${input} USING (${rowKey})`
  const found = await numbers(
    `SELECT count(*) AS rows, count(DISTINCT ${rowKey}) AS distinct_rows, 0L AS bytes FROM (${done})`,
  )
  // A run that went on after it was taken for dead may have finished rows a second time.
  const once = `SELECT *, row_number() OVER (PARTITION BY ${rowKey} ORDER BY ${rowKey}) AS _nth FROM (${done})`
  await session
    .sql(
      found.rows === found.distinct_rows
        ? `SELECT ${columns} FROM (${done})`
        : `SELECT ${columns} FROM (${once}) WHERE _nth = 1`,
    )
    .createView(step.name)
  if (found.distinct_rows !== all.rows)
    throw new HubError({
      code: 'conservation_broken',
      message: `stage ${stage.name} has ${found.distinct_rows} finished rows for ${all.rows} rows of input`,
      hint: `remove ${area.writePath(parts)} and run again`,
    })
  report(todo.rows)
  return {
    name: step.name,
    version: stage.version,
    rows_in: all.rows,
    rows_out: found.distinct_rows,
    rows_resumed: rowsResumed,
    seconds: timeline.seconds,
    workers: slots,
    timeline: timeline.points(),
  }
}

/** Finished work is reused only under the same stage, version and identity. */
function partsName({ name, stage, identity }: StageStep): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([stage.name, stage.version, identity]))
    .digest('hex')
  return `spark-${name}-${hash.slice(0, 16)}`
}

async function commandOf({ stage, params }: StageStep, { shipping, stageSeconds }: SparkRun) {
  const given = params as Readonly<Record<string, string>>
  const files = await Promise.all(
    (stage.files ?? []).map(async name => [name, await shipping.file(given[name] ?? '')] as const),
  )
  return {
    protocol: commandProtocol,
    stage: stage.name,
    bundle: await shipping.bundle(stage.module),
    params,
    files: Object.fromEntries(files),
    kind: 'map',
    carry: [rowKey],
    ...(stageSeconds === undefined ? {} : { stageSeconds }),
    output: Object.entries(stage.output).map(([name, { type, nullable }]) => [name, type, nullable] as const),
  } as const
}
