import type { StageRecord } from '../../catalog/RunRecord.ts'
import type { StageStep } from '../../pipelines/Pipeline.ts'
import { checkConserved, checkDistinct, finishedName, rowKey, withRowKey } from '../finishedRows.ts'
import { Timeline } from '../Timeline.ts'
import { collectNumbers } from './collectNumbers.ts'
import { defineParquetView, parquetWriteOptions } from './parquetTable.ts'
import { planPartitions } from './planPartitions.ts'
import { shippedFiles } from './Shipping.ts'
import type { SparkRun } from './SparkRun.ts'
import { stageFailure } from './stageFailure.ts'
import { stageFunction } from './stageFunction.ts'
import { keyedRowsSql, partitionedRowsSql, rowCostSql } from './stageInputSql.ts'
import { sparkColumns } from './tableSql.ts'
import { watchParts } from './watchParts.ts'

/**
 * Runs a stage in Node workers on the executors over those rows of its input that no earlier run finished, and defines a view of the
 * step's name over the results.
 * @throws HubError `duplicate_rows`, `conservation_broken`, what the stage threw; SparkError
 */
export async function runSparkStage(step: StageStep, run: SparkRun): Promise<StageRecord> {
  const { session, area, shipping, slots, stageSeconds, signal, onProgress } = run
  const { stage } = step
  const input = `${step.name}_input`
  await session.sql(keyedRowsSql(step.input, stage.input)).createView(input)
  const countRows = (from: string) =>
    collectNumbers(
      session.sql(`SELECT count(*) AS rows, count(DISTINCT ${rowKey}) AS distinct_rows FROM ${from}`),
      ['rows', 'distinct_rows'],
      signal,
    )
  const all = await countRows(input)
  checkDistinct(step, all.rows, all.distinct_rows)

  const parts = `spark-${finishedName(step)}`
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
  const todo = await collectNumbers(
    session.sql(
      `SELECT count(*) AS rows, CAST(sum(${rowCostSql(stage.input)}) AS BIGINT) AS bytes FROM ${left}`,
    ),
    ['rows', 'bytes'],
    signal,
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
    const mapped = await rows.mapInArrow(
      stageFunction({
        stage,
        bundle: await shipping.bundle(stage.module),
        params: step.params,
        files: await shippedFiles(shipping, step),
        kind: 'map',
        carry: withRowKey({}),
        ...(stageSeconds === undefined ? {} : { stageSeconds }),
      }),
    )
    const watch = await watchParts({ area, parts, partitions, rows: todo.rows, onRows: report })
    try {
      const path = area.writePath(parts)
      await mapped.write({ format: 'parquet', path, mode: 'append', options: parquetWriteOptions, signal })
    } catch (thrown) {
      throw stageFailure(thrown)
    } finally {
      watch.stop()
    }
    await findFinished()
  }

  const columns = sparkColumns(stage.output)
  const done = `SELECT * FROM ${finished} LEFT SEMI JOIN ${input} USING (${rowKey})`
  const found = await countRows(`(${done})`)
  // A run that went on after it was taken for dead may have finished rows a second time.
  const once = `SELECT *, row_number() OVER (PARTITION BY ${rowKey} ORDER BY ${rowKey}) AS _nth FROM (${done})`
  await session
    .sql(
      found.rows === found.distinct_rows
        ? `SELECT ${columns} FROM (${done})`
        : `SELECT ${columns} FROM (${once}) WHERE _nth = 1`,
    )
    .createView(step.name)
  checkConserved(step, all.rows, found.distinct_rows, area.writePath(parts))
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
