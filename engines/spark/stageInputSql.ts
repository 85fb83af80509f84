import type { Columns } from '../../tables/defineTable.ts'
import { rowKey, withRowKey } from '../finishedRows.ts'
import { partitionValues } from './murmurInverse.ts'
import { rowBytes } from './planPartitions.ts'
import { sparkColumns, sparkName } from './tableSql.ts'

/** The rows of `table` with their keys. Microseconds of timestamps count. */
export function keyedRowsSql(table: string, columns: Columns): string {
  const names = sparkColumns(columns)
  const format = `map('timestampFormat', "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX")`
  return `SELECT ${names}, md5(to_json(struct(${names}), ${format})) AS ${rowKey} FROM ${sparkName(table)}`
}

/** What a row costs a worker, in bytes: what it reads, where the input says so, and a constant. */
export function rowCostSql(columns: Columns): string {
  return 'bytes' in columns ? `${rowBytes} + coalesce(bytes, 0)` : `${rowBytes}`
}

export interface PartitionedRowsOptions {
  /** A table of keyed rows. */
  readonly table: string
  readonly columns: Columns
  readonly partitions: number
  /** Cost of all rows. */
  readonly bytes: number
}

/**
 * The rows in partitions of equal cost. In the order of their keys, which are hashes, neighbours of a folder or a supplier are strewn over
 * all partitions: a run of huge pictures does not end up in one.
 */
export function partitionedRowsSql({ table, columns, partitions, bytes }: PartitionedRowsOptions): string {
  const names = sparkColumns(withRowKey(columns))
  const cost = rowCostSql(columns)
  const place = `least(${partitions - 1}, CAST(floor((before_bytes * ${partitions}D) / ${bytes}D) AS INT))`
  return `SELECT /*+ REPARTITION(${partitions}, _place) */ ${names} FROM (
    SELECT ${names}, element_at(array(${partitionValues(partitions).join(', ')}), ${place} + 1) AS _place FROM (
      SELECT ${names}, sum(${cost}) OVER (ORDER BY ${rowKey} ROWS UNBOUNDED PRECEDING) - (${cost}) AS before_bytes
      FROM ${sparkName(table)}
    )
  )`
}
