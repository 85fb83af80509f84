import { type DuckDBConnection, StatementType } from '@duckdb/node-api'
import { userError } from '../base/HubError.ts'
import { parquetOptions } from '../tables/ParquetWriter.ts'
import { sqlName, sqlText } from '../tables/sqlText.ts'
import { bindParameters } from './bindParameters.ts'
import type { CopiedRows, SqlParameters } from './Catalog.ts'
import { guardSql, withoutLastSemicolon } from './guardSql.ts'
import { resultColumns } from './runQuery.ts'

export interface CopyQueryOptions {
  readonly sql: string
  readonly parameters: SqlParameters
  /** Rows at most; null: all. */
  readonly limit: number | null
  /** The one file that the database may write. */
  readonly path: string
}

/** Parquet has no integers of 128 bits: DuckDB would write them as floating point. A sum of whole numbers is one. */
const tooWide = /^U?HUGEINT$/

/**
 * Writes the rows of guarded SQL to a Parquet file with DuckDB's own COPY: row group by row group, each column with its type. Only a
 * statement that stands alone as a SELECT becomes part of a COPY, so none can end it and go on as something else.
 * @throws HubError `sql_not_allowed`, `sql_error`; what DuckDB throws, as it is
 */
export async function copyQuery(
  connection: DuckDBConnection,
  options: CopyQueryOptions,
): Promise<CopiedRows> {
  const { parameters, limit, path } = options
  const guarded = await guardSql(connection, options.sql)
  const alone = await connection.prepare(guarded)
  if (alone.statementType !== StatementType.SELECT)
    throw userError(
      'sql_not_allowed',
      `a statement of type ${StatementType[alone.statementType]} has no rows to export`,
      'write a SELECT',
    )
  // A comment at its end must not reach what follows. As a subquery its columns have names of their own: a, a_1, ...
  const rows = `(${await withoutLastSemicolon(connection, guarded)}\n) AS _rows`
  const run = async (sql: string) => {
    const prepared = await connection.prepare(sql)
    bindParameters(prepared, parameters)
    return await prepared.run()
  }
  const columns = resultColumns(await run(`FROM ${rows} LIMIT 0`))
  const narrowed = columns
    .filter(({ type }) => tooWide.test(type))
    .map(({ name }) => `CAST(${sqlName(name)} AS BIGINT) AS ${sqlName(name)}`)
  const replaced = narrowed.length === 0 ? '' : ` REPLACE (${narrowed.join(', ')})`
  const isWide = columns.some(({ type }) => /BLOB|(FLOAT|DOUBLE)\[/.test(type))
  const copied = await run(
    `COPY (SELECT *${replaced} FROM ${rows}${limit === null ? '' : ` LIMIT ${limit}`}) TO ${sqlText(path)} (${parquetOptions(isWide)}, USE_TMP_FILE false)`,
  )
  return {
    columns: columns.map(({ name, type }) => ({ name, type: type.replace(tooWide, 'BIGINT') })),
    rows: Number((await copied.getRows())[0]?.[0] ?? 0),
  }
}
