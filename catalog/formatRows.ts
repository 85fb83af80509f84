import type { CellValue, QueryResult, ResultColumn, ResultRow } from './Catalog.ts'

const minColumnWidth = 8 // columns of the terminal
const maxCellLength = 2_000 // characters looked at before a cell is shortened

export interface FormatTableOptions {
  /** Columns of the terminal; wide values are shortened to fit. Default: as wide as needed, each value up to 80. */
  readonly width?: number
}

/**
 * A result for people: aligned columns, numbers to the right, the count of rows below. Whatever a cell holds, it stays on
 * its line and sends nothing to the terminal: control characters, line breaks, escapes and text that turns the writing direction are
 * shown as `\n`, `\u{1b}`, ...
 */
export function formatTable(
  { columns, rows, truncated }: QueryResult,
  { width }: FormatTableOptions = {},
): string {
  const table = columns.map(column => {
    const cells = rows.map(row => cellText(row[column.name] ?? null))
    return { header: printable(column.name), cells, right: isNumeric(column, rows) }
  })
  const natural = table.map(({ header, cells }) =>
    Math.min(
      cells.reduce((most, cell) => Math.max(most, displayWidth(cell)), displayWidth(header)),
      width ?? 80,
    ),
  )
  const widths = width === undefined ? natural : fitWidths(natural, width - 2 * (table.length - 1))
  const line = (cell: (column: (typeof table)[number], index: number) => string) =>
    table
      .map((column, index) => cell(column, index))
      .join('  ')
      .trimEnd()
  const lines = [
    line(({ header, right }, index) => pad(header, widths[index] ?? 0, right)),
    line((_, index) => '-'.repeat(widths[index] ?? 0)),
    ...rows.map((_, row) =>
      line(({ cells, right }, index) => pad(cells[row] ?? '', widths[index] ?? 0, right)),
    ),
    `(${truncated ? `the first ${count(rows.length)}, there are more` : count(rows.length)})`,
  ]
  return `${lines.join('\n')}\n`
}

function count(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`
}

/** The header line of a csv (RFC 4180: CRLF, quotes where needed). */
function csvHeader(columns: readonly ResultColumn[]): string {
  return `${columns.map(({ name }) => csvField(name)).join(',')}\r\n`
}

/** Lines of a csv: null is an empty field, empty text is `""`, lists and structs are JSON. */
function csvRows(columns: readonly ResultColumn[], rows: readonly ResultRow[]): string {
  return rows.map(row => `${columns.map(({ name }) => csvField(row[name] ?? null)).join(',')}\r\n`).join('')
}

function csvField(value: CellValue): string {
  if (value === null) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * A result as the text of a csv, or of a JSON array with one row object on each line (NaN and the infinities become null); batch by
 * batch, for results that should not be held in memory.
 */
export async function* formatStream(
  format: 'csv' | 'json',
  columns: readonly ResultColumn[],
  batches: AsyncIterable<ResultRow[]>,
): AsyncGenerator<string> {
  if (format === 'csv') {
    yield csvHeader(columns)
    for await (const rows of batches) yield csvRows(columns, rows)
    return
  }
  let before = '[\n'
  for await (const rows of batches) {
    if (rows.length === 0) continue
    yield before + rows.map(row => JSON.stringify(row)).join(',\n')
    before = ',\n'
  }
  yield before === '[\n' ? '[]\n' : '\n]\n'
}

function isNumeric({ type, name }: ResultColumn, rows: readonly ResultRow[]): boolean {
  const numericType = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/.test(type)
  return numericType || (rows.length > 0 && rows.every(row => typeof row[name] === 'number'))
}

function cellText(value: CellValue): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)))
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return printable(text.length > maxCellLength ? `${text.slice(0, maxCellLength)}…` : text)
}

/** C0, DEL, C1, line and paragraph separators, invisible and direction-changing characters, lone surrogates. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu

export function printable(text: string): string {
  return text.replace(unprintable, character => {
    if (character === '\n') return '\\n'
    if (character === '\t') return '\\t'
    if (character === '\r') return '\\r'
    return `\\u{${character.codePointAt(0)?.toString(16)}}`
  })
}

/** Columns that text takes in a terminal: wide East Asian characters and emoji take two, combining marks none. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

function characterWidth(character: string): number {
  if (/\p{M}/u.test(character)) return 0
  return /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u.test(
    character,
  )
    ? 2
    : 1
}

/** Takes from the widest columns first until all fit, but leaves each `minColumnWidth` (or what it needs, if less). */
function fitWidths(natural: readonly number[], available: number): number[] {
  let cap = Math.max(0, ...natural)
  const total = () => natural.reduce((sum, width) => sum + Math.min(width, cap), 0)
  while (cap > minColumnWidth && total() > available) cap--
  return natural.map(width => Math.min(width, cap))
}

function pad(text: string, width: number, right: boolean): string {
  const shown = shorten(text, width)
  const space = ' '.repeat(Math.max(0, width - displayWidth(shown)))
  return right ? space + shown : shown + space
}

function shorten(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  // The origins of a hub begin alike.
  const keepsEnd = /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
  const characters = [...text]
  if (keepsEnd) characters.reverse()
  const shown: string[] = []
  let used = 1
  for (const character of characters) {
    used += characterWidth(character)
    if (used > width) break
    shown.push(character)
  }
  return keepsEnd ? `…${shown.reverse().join('')}` : `${shown.join('')}…`
}
