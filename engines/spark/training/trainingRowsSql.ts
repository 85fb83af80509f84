import { partitionValues } from '../murmurInverse.ts'

export interface TrainingRowsSqlOptions {
  /** Query with id, features, classes, weight and fold. */
  readonly rows: string
  readonly parts: number
}

/**
 * The rows with the number of their part, each part a partition of its own, in the order of their ids, and their place in it from 1.
 * Which part a row belongs to follows from its id alone.
 */
export function trainingRowsSql({ rows, parts }: TrainingRowsSqlOptions): string {
  const values = [...partitionValues(parts)].join(', ')
  return `SELECT part, row_number() OVER (PARTITION BY _place ORDER BY id) AS place, features, classes, weight, fold FROM (
    SELECT /*+ REPARTITION(${parts}, _place) */ id, part, features, classes, weight, fold,
      element_at(array(${values}), part + 1) AS _place
    FROM (SELECT id, features, classes, weight, fold, CAST(pmod(xxhash64(id), ${parts}) AS INT) AS part FROM (${rows}))
  )`
}

/** All rows, or those of some parts. */
export function selectedRowsSql(table: string, parts: 'all' | readonly number[]): string {
  const where = parts === 'all' ? '' : ` WHERE part IN (${parts.join(', ')})`
  return `SELECT part, features, classes, weight, fold FROM ${table}${where}`
}

/** One row for each part, which asks for it where its rows were cached. */
export function keptRowsSql(table: string): string {
  const nothing = (type: string, name: string) => `CAST(NULL AS ${type}) AS ${name}`
  const nulls = [
    nothing('ARRAY<FLOAT>', 'features'),
    nothing('ARRAY<FLOAT>', 'classes'),
    nothing('FLOAT', 'weight'),
    nothing('INT', 'fold'),
  ]
  return `SELECT part, ${nulls.join(', ')} FROM ${table} WHERE place = 1`
}
