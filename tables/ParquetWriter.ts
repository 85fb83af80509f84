import { rename, rm, stat } from 'node:fs/promises'
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBValue } from '@duckdb/node-api'
import { duckdbCodecs } from './columnVectors.ts'
import { type Columns, duckdbDdl, type Row } from './defineTable.ts'
import { sqlName, sqlText } from './sqlText.ts'

/** DuckDB's vectors hold at most this many rows. */
const vectorRows = 2048

/** Bytes of a row group aimed at; a row with a vector of 2048 floats takes 8 KiB. */
const rowGroupBytes = 32 << 20

export interface ParquetFile {
  readonly path: string
  readonly rows: number
  readonly bytes: number
}

/** Rows of a Parquet row group: few where rows are wide, so that writing one never holds more than some 32 MiB. */
function rowGroupRows(isWide: boolean): number {
  const rowBytes = isWide ? 8192 : 256
  return Math.max(vectorRows, Math.floor(rowGroupBytes / rowBytes / vectorRows) * vectorRows)
}

function isWide(columns: Columns): boolean {
  return Object.values(columns).some(({ type }) => type === 'vector' || type === 'binary')
}

/**
 * The options of every `COPY ... TO` of the product, as they stand between its parentheses.
 * @param isWide whether rows hold vectors or bytes
 */
export function parquetOptions(isWide: boolean): string {
  return `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupRows(isWide)}`
}

/** Writes `sql`'s rows to a Parquet file that appears whole or not at all. */
export async function copyToParquet(options: {
  readonly connection: DuckDBConnection
  readonly sql: string
  readonly columns: Columns
  readonly path: string
}): Promise<ParquetFile> {
  const { connection, sql, columns, path } = options
  const partial = `${path}.partial`
  try {
    const result = await connection.run(
      `COPY (${sql}) TO ${sqlText(partial)} (${parquetOptions(isWide(columns))})`,
    )
    const rows = Number((await result.getRows())[0]?.[0] ?? 0)
    await rename(partial, path)
    return { path, rows, bytes: (await stat(path)).size }
  } catch (thrown) {
    await rm(partial, { force: true })
    throw thrown
  }
}

/** Collects rows in a DuckDB table that spills to disk, then writes them as one Parquet file. */
export class ParquetWriter<C extends Columns> {
  static #serial = 0
  readonly #connection: DuckDBConnection
  readonly #columns: C
  readonly #table: string
  #pending: Row<C>[] = []
  /** Rows given so far. */
  rowsGiven = 0

  private constructor(connection: DuckDBConnection, columns: C, table: string) {
    this.#connection = connection
    this.#columns = columns
    this.#table = table
  }

  static async open<C extends Columns>(connection: DuckDBConnection, columns: C): Promise<ParquetWriter<C>> {
    const table = `_rows_${++ParquetWriter.#serial}`
    await connection.run(duckdbDdl({ name: table, columns }))
    return new ParquetWriter(connection, columns, table)
  }

  async write(rows: readonly Row<C>[]): Promise<void> {
    for (const row of rows) this.#pending.push(row)
    this.rowsGiven += rows.length
    if (this.#pending.length >= vectorRows) await this.#append()
  }

  async close(path: string): Promise<ParquetFile> {
    await this.#append()
    try {
      return await copyToParquet({
        connection: this.#connection,
        sql: `FROM ${this.#table}`,
        columns: this.#columns,
        path,
      })
    } finally {
      await this.#connection.run(`DROP TABLE ${this.#table}`)
    }
  }

  async #append(): Promise<void> {
    const rows = this.#pending
    this.#pending = []
    if (rows.length === 0) return
    const appender = await this.#connection.createAppender(this.#table)
    const columns = Object.entries(this.#columns).map(([name, { type }]) => ({
      name,
      codec: duckdbCodecs[type],
    }))
    for (let start = 0; start < rows.length; start += vectorRows) {
      const slice = rows.slice(start, start + vectorRows)
      const chunk = DuckDBDataChunk.create(
        columns.map(({ codec }) => codec.type),
        slice.length,
      )
      for (const [index, { name, codec }] of columns.entries()) {
        const encode = codec.encode as (value: unknown) => DuckDBValue
        chunk.setColumnValues(
          index,
          slice.map(row => {
            const value = (row as Record<string, unknown>)[name]
            return value === null || value === undefined ? null : encode(value)
          }),
        )
      }
      appender.appendDataChunk(chunk)
    }
    appender.closeSync()
  }
}

/** Selects exactly these columns, in declared order. */
export function columnList(columns: Columns): string {
  return Object.keys(columns).map(sqlName).join(', ')
}
