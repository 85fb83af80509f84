import { HubError } from '../../base/HubError.ts'

export type ReportRow = Readonly<Record<string, unknown>>

/** Runs SQL over the tables, views and macros of a hub's catalog; parameters are bound to `$name`. */
export type ReportQuery = (
  sql: string,
  parameters?: Readonly<Record<string, string | number | readonly string[]>>,
) => Promise<readonly ReportRow[]>

/** A column that holds text. */
export function textOf(row: ReportRow, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw unexpected(column, value, 'text')
  return value
}

/** A column that holds text or null. */
export function textOrNull(row: ReportRow, column: string): string | null {
  return row[column] === null || row[column] === undefined ? null : textOf(row, column)
}

/** A column that holds a number, also as a bigint. */
export function numberOf(row: ReportRow, column: string): number {
  const value = row[column]
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'number') throw unexpected(column, value, 'a number')
  return value
}

/** A column that holds a number or null. */
export function numberOrNull(row: ReportRow, column: string): number | null {
  return row[column] === null || row[column] === undefined ? null : numberOf(row, column)
}

/** A column that holds a list of texts. */
export function textsOf(row: ReportRow, column: string): string[] {
  const value = row[column]
  if (!Array.isArray(value)) throw unexpected(column, value, 'a list of texts')
  return value.map(String)
}

/** The rows grouped by a key, in the order in which they come. */
export function groupRows(
  rows: readonly ReportRow[],
  key: (row: ReportRow) => string,
): Map<string, ReportRow[]> {
  const groups = new Map<string, ReportRow[]>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group === undefined) groups.set(key(row), [row])
    else group.push(row)
  }
  return groups
}

function unexpected(column: string, value: unknown, expected: string): HubError {
  return new HubError({
    code: 'unexpected_value',
    message: `the report's query gave ${String(value)} for ${column}, not ${expected}`,
  })
}
