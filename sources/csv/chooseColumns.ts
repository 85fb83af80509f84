import { userError } from '../../base/HubError.ts'
import type { CsvLayout } from './CsvLayout.ts'

/** The usual names of one thing, most telling first; matched without case, spaces, `_` and `-`. */
export interface WantedColumn {
  readonly names: readonly string[]
  readonly required?: boolean
}

/**
 * Which column (by position) holds what: the one a person named, else the first of the usual names that the file has.
 * @param explicit names given by a person; each must be in the file
 * @throws HubError `missing_column`, with the names found and needed; `duplicate_column` where a chosen name occurs twice
 */
export function chooseColumns<K extends string>(
  { columns, hasHeader }: Pick<CsvLayout, 'columns' | 'hasHeader'>,
  wanted: Readonly<Record<K, WantedColumn>>,
  { name, explicit = {} }: { name: string; explicit?: Partial<Record<K, string>> },
): Partial<Record<K, number>> {
  const found = columns.map(plain)
  const chosen: Partial<Record<K, number>> = {}
  for (const [key, { names, required }] of Object.entries(wanted) as [K, WantedColumn][]) {
    const given = explicit[key]
    const match = (given === undefined ? names : [given])
      .map(plain)
      .find(candidate => found.includes(candidate))
    if (match === undefined) {
      if (given === undefined && !required) continue
      throw userError(
        'missing_column',
        `${name} has no column for ${key}: ${given === undefined ? `none is called ${names.join(', ')}` : `none is called ${given}`}; it has ${shown(columns)}`,
        hasHeader
          ? `rename a column, or say which one holds the ${key}`
          : 'its first line must name the columns',
      )
    }
    if (found.indexOf(match) !== found.lastIndexOf(match))
      throw userError(
        'duplicate_column',
        `${name} has more than one column called ${columns[found.indexOf(match)]}`,
        'rename one of them',
      )
    chosen[key] = found.indexOf(match)
  }
  return chosen
}

/** The names for people; a line of text taken for a header is cut. */
function shown(columns: readonly string[]): string {
  const names = columns.slice(0, 30).map(name => (name.length > 60 ? `${name.slice(0, 60)}…` : name))
  return names.join(', ') + (columns.length > 30 ? `, and ${columns.length - 30} more` : '')
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '')
}
