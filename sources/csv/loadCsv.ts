import { randomUUID } from 'node:crypto'
import type { DuckDBConnection } from '@duckdb/node-api'
import { userError } from '../../base/HubError.ts'
import { countRows, select } from '../select.ts'
import { type CsvLayout, type CsvLayoutOptions, csvLayout } from './CsvLayout.ts'
import { chooseColumns, type WantedColumn } from './chooseColumns.ts'
import { type ReadableCsv, readableCsv } from './readableCsv.ts'

/** Rows that could not be read as CSV, by kind, with the first few lines they are on. */
export interface UnreadableRows {
  readonly kind: string
  readonly count: number
  readonly lines: readonly number[]
}

export interface CsvReport {
  /** Rows read into the table. */
  readonly rows: number
  readonly unreadable: readonly UnreadableRows[]
  readonly encoding: ReadableCsv['encoding']
  readonly delimiter: string
  /** What each wanted column was called in the file. */
  readonly columns: Readonly<Record<string, string>>
}

export interface LoadCsvOptions<K extends string>
  extends Partial<Pick<CsvLayoutOptions, 'header' | 'isHeader'>> {
  readonly connection: DuckDBConnection
  readonly path: string
  /** Temporary table to make, or to replace: one VARCHAR column for each wanted one (NULL where the file has none), in file order. */
  readonly table: string
  readonly wanted: Readonly<Record<K, WantedColumn>>
  /** Names that a person gave for wanted columns. */
  readonly explicit?: Partial<Record<K, string>>
}

/** More unreadable rows than this and the file is refused: it is no CSV. */
const mostUnreadableRows = 100_000
const longestLine = 2_000_000 // bytes

/**
 * A CSV's wanted columns as a temporary table of text. DuckDB reads the rows: eight million rows a second on two cores, lines
 * longer than 2 MB, wrong numbers of cells and quotes without an end put aside and counted, memory bounded by its own limit.
 * What it must not guess (encoding, delimiter, header, columns) is decided before and given to it.
 * @throws HubError what `readableCsv`, `csvLayout` and `chooseColumns` throw; `not_csv` where more rows are unreadable than
 * `mostUnreadableRows`, or all of them
 */
export async function loadCsv<K extends string>(options: LoadCsvOptions<K>): Promise<CsvReport> {
  const { connection, path, table, wanted, explicit = {}, ...layoutOptions } = options
  await using csv = await readableCsv(path)
  const layout = csvLayout(csv.head, { name: path, ...layoutOptions })
  const chosen = chooseColumns(layout, wanted, { name: path, explicit })
  const rejects = `rejects_${randomUUID().replaceAll('-', '')}`
  const selected = Object.keys(wanted).map(key => {
    const index = chosen[key as K]
    return `${index === undefined ? 'NULL::VARCHAR' : `c${index}`} AS ${key}`
  })
  try {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${selected.join(', ')} FROM read_csv($1, ${readCsvOptions(layout, rejects)})`,
      [csv.path],
    )
    const unreadable = await unreadableRows(connection, rejects)
    const rows = await countRows(connection, table)
    const lost = unreadable.reduce((sum, { count }) => sum + count, 0)
    if (lost >= mostUnreadableRows || (lost > 0 && rows === 0))
      throw userError(
        'not_csv',
        `${lost} rows of ${path} cannot be read as CSV: ${describeUnreadable(unreadable)}`,
        `every row needs the ${layout.columns.length} cells of the first line, set apart by ${JSON.stringify(layout.delimiter)}`,
      )
    const columns = Object.fromEntries(
      (Object.entries(chosen) as [K, number][]).map(([key, index]) => [key, layout.columns[index] ?? '']),
    )
    return { rows, unreadable, encoding: csv.encoding, delimiter: layout.delimiter, columns }
  } finally {
    await connection.run(`DROP TABLE IF EXISTS ${rejects}; DROP TABLE IF EXISTS ${rejects}_scan`)
  }
}

/** For people: `2 x missing columns (lines 3, 9)`. */
export function describeUnreadable(unreadable: readonly UnreadableRows[]): string {
  return unreadable
    .map(({ kind, count, lines }) => `${count} x ${kind} (lines ${lines.join(', ')})`)
    .join('; ')
}

function readCsvOptions({ delimiter, columns, hasHeader, blankLines }: CsvLayout, rejects: string): string {
  return [
    'auto_detect = false',
    "compression = 'none'",
    `delim = '${delimiter}'`,
    `quote = '"'`,
    `escape = '"'`,
    "new_line = '\\n'",
    `header = ${hasHeader}`,
    `skip = ${blankLines}`,
    `columns = {${columns.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ')}}`,
    `max_line_size = ${longestLine}`,
    'store_rejects = true',
    `rejects_table = '${rejects}'`,
    `rejects_scan = '${rejects}_scan'`,
    `rejects_limit = ${mostUnreadableRows}`,
  ].join(', ')
}

function unreadableRows(connection: DuckDBConnection, rejects: string): Promise<UnreadableRows[]> {
  return select<UnreadableRows>(
    connection,
    `SELECT lower(error_type::VARCHAR) AS kind, count(DISTINCT line)::DOUBLE AS count, list_sort(list_distinct(list(line)))[:5]::DOUBLE[] AS lines
     FROM ${rejects} GROUP BY kind ORDER BY count DESC, kind`,
  )
}
