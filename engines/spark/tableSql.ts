import { typeMappings } from '../../tables/column.ts'
import type { Columns } from '../../tables/defineTable.ts'

/** Column names end up in SQL and DDL texts. */
export function sparkName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** Exactly these columns, in declared order. */
export function sparkColumns(columns: Columns): string {
  return Object.keys(columns).map(sparkName).join(', ')
}

/** The columns of a query in the declared types: it may give wider or looser ones. */
export function sparkCasts(columns: Columns): string {
  return Object.entries(columns)
    .map(
      ([name, { type }]) => `CAST(${sparkName(name)} AS ${typeMappings[type].spark}) AS ${sparkName(name)}`,
    )
    .join(', ')
}

/** A table of these columns without rows. */
export function sparkEmptyTable(columns: Columns): string {
  const nulls = Object.entries(columns).map(
    ([name, { type }]) => `CAST(NULL AS ${typeMappings[type].spark}) AS ${sparkName(name)}`,
  )
  return `SELECT ${nulls.join(', ')} WHERE false`
}
