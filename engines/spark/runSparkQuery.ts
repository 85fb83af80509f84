import { bindParameters } from '../../pipelines/bindParameters.ts'
import type { QueryStep } from '../../pipelines/Pipeline.ts'
import { defineParquetView, parquetWriteOptions } from './parquetTable.ts'
import type { SparkRun } from './SparkRun.ts'
import { sparkCasts } from './tableSql.ts'

/**
 * Runs a query step and defines a view of its name over the result, which lies in files: later steps see the same rows, whatever is
 * tried again. Files get the size that Spark is told to aim at; a small result is one file.
 */
export async function runSparkQuery(step: QueryStep, run: SparkRun): Promise<void> {
  const { session, area, signal } = run
  const sql = bindParameters(step.sql, step.parameters)
  await session.sql(`SELECT /*+ REBALANCE */ ${sparkCasts(step.output)} FROM (${sql}\n)`).write({
    format: 'parquet',
    path: area.writePath(step.name),
    mode: 'overwrite',
    options: parquetWriteOptions,
    signal,
  })
  await defineParquetView(run, step.name, { columns: step.output, paths: await area.readPaths(step.name) })
}
