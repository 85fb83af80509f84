import { HubError } from '../base/HubError.ts'
import { sqlText } from '../tables/sqlText.ts'

export type SqlParameters = Readonly<Record<string, string | number | boolean>>

/** A quoted text, a line comment, a type cast, or a `:name`. Only the last is replaced. */
const tokens = /'(?:[^']|'')*'|--[^\n]*|::|:([a-z_][a-z0-9_]*)/gi

/**
 * Puts literals for the `:name` parameters of a query: DuckDB and Spark name parameters differently, literals they share.
 * @throws HubError `unbound_parameter` where the query names a parameter that was not given.
 */
export function bindParameters(sql: string, parameters: SqlParameters): string {
  return sql.replace(tokens, (token, name: string | undefined) => {
    if (name === undefined) return token
    const value = parameters[name]
    if (value === undefined)
      throw new HubError({
        code: 'unbound_parameter',
        message: `the query names :${name}, which was not given`,
        hint: `given are ${Object.keys(parameters).join(', ') || 'none'}`,
      })
    return literal(name, value)
  })
}

function literal(name: string, value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new HubError({ code: 'bad_value', message: `parameter ${name} is ${value}, not a finite number` })
    // An exponent makes it a double in both dialects; a whole number stays one.
    return Number.isInteger(value) ? String(value) : value.toExponential()
  }
  // Spark reads backslash escapes in texts, DuckDB does not: such a text has no common literal.
  if (/[\\\0]/.test(value))
    throw new HubError({
      code: 'bad_value',
      message: `parameter ${name} holds a backslash or a NUL: ${JSON.stringify(value)}`,
      hint: 'use a text without them',
      fault: 'user',
    })
  return sqlText(value)
}
