import {
  DOUBLE,
  type DuckDBConnection,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  LIST,
  StatementType,
  VARCHAR,
} from '@duckdb/node-api'
import { userError } from '../base/HubError.ts'
import type { ResultColumn, ResultRow, ResultStream, SqlParameter, SqlParameters } from './Catalog.ts'
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
    bind(prepared, parameters)
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

function resultColumns(result: DuckDBResult): ResultColumn[] {
  return result
    .deduplicatedColumnNames()
    .map((name, index) => ({ name, type: String(result.columnType(index)) }))
}

function bind(prepared: DuckDBPreparedStatement, parameters: SqlParameters): void {
  const wanted = Array.from({ length: prepared.parameterCount }, (_, index) =>
    prepared.parameterName(index + 1),
  )
  const takes =
    wanted.length === 0
      ? 'the SQL has no parameters'
      : `its parameters are ${wanted.map(name => `$${name}`).join(', ')}`
  for (const name of Object.keys(parameters))
    if (!wanted.includes(name))
      throw userError('unknown_parameter', `the SQL has no parameter $${name}`, takes)
  for (const [index, name] of wanted.entries()) {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (value === undefined) throw userError('missing_parameter', `no value was given for $${name}`, takes)
    bindValue(prepared, index + 1, value)
  }
}

function bindValue(prepared: DuckDBPreparedStatement, index: number, value: SqlParameter): void {
  if (value === null) prepared.bindNull(index)
  else if (typeof value === 'string') prepared.bindVarchar(index, value)
  else if (typeof value === 'boolean') prepared.bindBoolean(index, value)
  else if (typeof value === 'bigint') prepared.bindBigInt(index, value)
  else if (typeof value !== 'number')
    prepared.bindList(
      index,
      [...value],
      LIST(value.every(item => typeof item === 'number') ? DOUBLE : VARCHAR),
    )
  else if (Number.isSafeInteger(value)) prepared.bindBigInt(index, BigInt(value))
  else prepared.bindDouble(index, value)
}
