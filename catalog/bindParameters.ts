import { DOUBLE, type DuckDBPreparedStatement, LIST, VARCHAR } from '@duckdb/node-api'
import { userError } from '../base/HubError.ts'
import type { SqlParameter, SqlParameters } from './Catalog.ts'

/**
 * Gives a prepared statement the values of its `$name` parameters.
 * @throws HubError `unknown_parameter`, `missing_parameter`
 */
export function bindParameters(prepared: DuckDBPreparedStatement, parameters: SqlParameters): void {
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
