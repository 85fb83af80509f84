import { type Columns, sparkDdl } from '../../tables/defineTable.ts'
import type { SparkRun } from './SparkRun.ts'
import { sparkEmptyTable } from './tableSql.ts'

/**
 * As DuckDB's row groups: few rows where rows are wide, so that neither writing nor reading one takes much memory. One file of a task
 * appears when it is complete: what a killed job had finished is found by the next one. A task that is tried again gives its file the
 * same name, so no row comes twice.
 */
export const parquetWriteOptions = {
  compression: 'zstd',
  'parquet.block.size': String(32 << 20),
  'mapreduce.fileoutputcommitter.algorithm.version': '2',
  'mapreduce.fileoutputcommitter.marksuccessfuljobs': 'false',
} as const

/** Defines a view of Parquet files; of none, an empty one. */
export async function defineParquetView(
  { session }: Pick<SparkRun, 'session'>,
  view: string,
  {
    columns,
    paths,
    skipBroken = false,
  }: {
    readonly columns: Columns
    readonly paths: readonly string[]
    /** Leave out files that cannot be read, rather than fail. */
    readonly skipBroken?: boolean
  },
): Promise<void> {
  const table =
    paths.length === 0
      ? session.sql(sparkEmptyTable(columns))
      : session.read({
          format: 'parquet',
          paths,
          schema: sparkDdl(columns),
          options: { ignoreCorruptFiles: String(skipBroken) },
        })
  await table.createView(view)
}
