import {
  type DuckDBConnection,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  StatementType,
} from '@duckdb/node-api'
import { userError } from '../base/HubError.ts'
import { bindParameters } from './bindParameters.ts'
import type { ResultColumn, ResultRow, ResultStream, SqlParameters } from './Catalog.ts'
import { cellValue } from './cellValue.ts'
import { guardSql } from './guardSql.ts'
import { queryError } from './queryError.ts'

export interface RunQueryOptions {
  readonly sql: string
  readonly parameters: SqlParameters
  readonly timeoutSeconds: number
  /** Names for the hint of an unknown table. */
  readonly relations: readonly string[]
  /** The Parquet files of the hub, absolute. */
  readonly files: readonly string[]
  readonly isClosed: () => boolean
  /** Called once, when the result was read to its end, given up, or failed. */
  readonly onEnd: () => void
}

/** Runs guarded SQL on a connection of its own; the time limit covers the reading of the rows too. */
export async function runQuery(
  connection: DuckDBConnection,
  { sql, parameters, timeoutSeconds, relations, files, isClosed, onEnd }: RunQueryOptions,
): Promise<ResultStream> {
  let timedOutAfterSeconds: number | undefined
  const timer = setTimeout(() => {
    timedOutAfterSeconds = timeoutSeconds
    connection.interrupt()
  }, timeoutSeconds * 1000)
  timer.unref()
  const end = () => {
    clearTimeout(timer)
    onEnd()
  }
  const wasStopped = () => timedOutAfterSeconds !== undefined || isClosed()
  const explained = (thrown: unknown) =>
    queryError(thrown, { relations, files, timedOutAfterSeconds, closed: isClosed() })
  try {
    const prepared = await connection.prepare(await guardSql(connection, sql))
    refuseEffects(prepared)
    bindParameters(prepared, parameters)
    const result = await prepared.stream()
    return { columns: resultColumns(result), batches: readBatches(result, { wasStopped, explained, end }) }
  } catch (error) {
    end()
    throw explained(error)
  }
}

/** The second lock behind guardSql: DuckDB's own word on what the statement is. */
function refuseEffects({ statementType }: DuckDBPreparedStatement): void {
  if (statementType !== StatementType.SELECT && statementType !== StatementType.EXPLAIN)
    throw userError('sql_not_allowed', `a statement of type ${StatementType[statementType]} is not allowed`)
}

interface Ending {
  readonly wasStopped: () => boolean
  readonly explained: (thrown: unknown) => Error
  readonly end: () => void
}

async function* readBatches(
  result: DuckDBResult,
  { wasStopped, explained, end }: Ending,
): AsyncGenerator<ResultRow[]> {
  try {
    for await (const rows of result.yieldConvertedRowObjects(cellValue)) yield rows
    // An interrupted stream may just end.
    if (wasStopped()) throw new Error('interrupted')
  } catch (error) {
    throw explained(error)
  } finally {
    end()
  }
}

/** Names and types, each name once. */
export function resultColumns(result: DuckDBResult): ResultColumn[] {
  return result
    .deduplicatedColumnNames()
    .map((name, index) => ({ name, type: String(result.columnType(index)) }))
}
