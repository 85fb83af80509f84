import { parse } from 'csv-parse/sync'
import { userError } from '../../base/HubError.ts'

/** How a CSV is written: what its first bytes show. */
export interface CsvLayout {
  readonly delimiter: string
  /** Names of the columns in order; made up (`column1`, ...) where the file has no header. */
  readonly columns: readonly string[]
  readonly hasHeader: boolean
  /** Blank lines before the first one with content. */
  readonly blankLines: number
}

export interface CsvLayoutOptions {
  /** File name for messages. */
  readonly name: string
  /** Names of the columns of a file without a header line, in order. */
  readonly header?: readonly string[]
  /** Whether a first line is a header. @default always */
  readonly isHeader?: (cells: readonly string[]) => boolean
}

const delimiters = [',', ';', '\t', '|']
const mostColumns = 1000

/**
 * The layout of a CSV from its decoded head. The delimiter is the one that gives the first line the most cells, a comma where
 * none gives two.
 * @param head the first characters of the file without a byte order mark, at least its first line
 * @throws HubError `not_csv` for a head that has no line, or a first line that no delimiter can split into cells
 */
export function csvLayout(head: string, { name, header, isHeader }: CsvLayoutOptions): CsvLayout {
  const blank = /^(?:[ \t]*(?:\r\n?|\n))*/.exec(head)?.[0] ?? ''
  const blankLines = blank.match(/\r\n?|\n/g)?.length ?? 0
  const text = head.slice(blank.length)
  const split = delimiters
    .map(delimiter => ({ delimiter, cells: firstLine(text, delimiter) }))
    .filter(({ cells }) => cells.length > 0 && cells.length <= mostColumns)
    .sort((a, b) => b.cells.length - a.cells.length)[0]
  if (split === undefined)
    throw userError(
      'not_csv',
      `${name} has no line that reads as CSV`,
      'its first line must name the columns',
    )
  const { delimiter, cells } = split
  if (header !== undefined) {
    if (header.length !== cells.length)
      throw userError(
        'wrong_columns',
        `${name} has ${cells.length} columns, ${header.length} were named: ${header.join(', ')}`,
        'name every column of the file, in order',
      )
    return { delimiter, columns: header, hasHeader: false, blankLines }
  }
  if (isHeader !== undefined && !isHeader(cells))
    return { delimiter, columns: cells.map((_, index) => `column${index + 1}`), hasHeader: false, blankLines }
  return { delimiter, columns: cells.map(cell => cell.trim()), hasHeader: true, blankLines }
}

function firstLine(text: string, delimiter: string): string[] {
  try {
    return (
      parse(text, {
        delimiter,
        to: 1,
        relax_quotes: true,
        max_record_size: 1 << 16,
        record_delimiter: ['\r\n', '\n', '\r'],
      })[0] ?? []
    )
  } catch {
    return [] // not this delimiter
  }
}
