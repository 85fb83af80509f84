/** A value of a result: 64-bit and wider integers are numbers where safe, else text; instants are ISO 8601 text. */
export type CellValue = null | boolean | number | string | CellValue[] | { [key: string]: CellValue }

export type ResultRow = Record<string, CellValue>

export interface ResultColumn {
  readonly name: string
  /** DuckDB's name of the type: `VARCHAR`, `BIGINT`, `TIMESTAMP WITH TIME ZONE`, `FLOAT[]`, ... */
  readonly type: string
}

export interface QueryResult {
  readonly columns: readonly ResultColumn[]
  readonly rows: ResultRow[]
  /** There were more rows than `maxRows`. */
  readonly truncated: boolean
}

/** A result read batch by batch, in memory that does not grow with its rows. */
export interface ResultStream {
  readonly columns: readonly ResultColumn[]
  readonly batches: AsyncIterable<ResultRow[]>
}

/** What was written of a query. */
export interface CopiedRows {
  readonly columns: readonly ResultColumn[]
  readonly rows: number
}

export type SqlParameter = null | boolean | number | bigint | string | readonly string[] | readonly number[]

/** Values of `$name` parameters, by name. */
export type SqlParameters = Readonly<Record<string, SqlParameter>>

export interface QueryLimits {
  /** Rows to read at most; the rest is cut and `truncated` says so. Default 1,000,000. */
  readonly maxRows?: number
  /** Seconds after which the query is interrupted. Default: that of the catalog. */
  readonly timeoutSeconds?: number
}

/**
 * SQL over one snapshot of a hub, read only: SELECT and its kin (WITH, FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE, EXPLAIN).
 * Queries may run at the same time; they share the catalog's memory.
 *
 * Both ways to query throw a HubError: `sql_error` (what DuckDB says of the text, with its caret), `sql_not_allowed`,
 * `sql_timeout`, `sql_out_of_memory`, `missing_parameter`, `unknown_parameter` (all the user's), `catalog_unreadable`, `catalog_closed`.
 */
export interface Catalog {
  query(sql: string, parameters?: SqlParameters, limits?: QueryLimits): Promise<QueryResult>
  /** Whoever stops early must end the iteration (`break` or `return`), which frees the query. */
  stream(
    sql: string,
    parameters?: SqlParameters,
    limits?: Pick<QueryLimits, 'timeoutSeconds'>,
  ): Promise<ResultStream>
  /**
   * Writes a query's rows to the catalog's `exportPath` as Parquet, in memory that does not grow with them; columns keep their types, but
   * integers of 128 bits, which Parquet lacks, become 64-bit ones. @param limits `maxRows`: rows at most, default all
   */
  copy(sql: string, parameters?: SqlParameters, limits?: QueryLimits): Promise<CopiedRows>
  /** Frees everything; a running query ends with an error. */
  close(): Promise<void>
}
