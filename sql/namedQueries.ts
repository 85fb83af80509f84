import { userError } from '../base/HubError.ts'
import { readSql, sqlNames } from './readSql.ts'
import { splitSql } from './sqlHeader.ts'

export type ParameterType = 'text' | 'integer' | 'number'
export type ParameterValue = string | number | null

export interface QueryParameter {
  readonly name: string
  readonly type: ParameterType
  /** Absent: the caller must give a value. */
  readonly default?: ParameterValue
  readonly doc: string
}

/** One file of sql/queries. */
export interface NamedQuery {
  /** The file's name without `.sql`. */
  readonly name: string
  /** What a row is and how it is counted. */
  readonly doc: string
  readonly parameters: readonly QueryParameter[]
  readonly sql: string
}

/** Every query of sql/queries, by name. */
export function listNamedQueries(): NamedQuery[] {
  return sqlNames('queries').map(name => parseNamedQuery(name, readSql('queries', name)))
}

/** @throws HubError `unknown_query` with the names there are. */
export function getNamedQuery(name: string): NamedQuery {
  const names = sqlNames('queries')
  if (!names.includes(name))
    throw userError('unknown_query', `there is no query named ${name}`, `the queries are ${names.join(', ')}`)
  return parseNamedQuery(name, readSql('queries', name))
}

/**
 * Reads the header: lines of prose, then one line for each parameter, `$name TYPE [= default]: what it is`
 * with TYPE text, integer or number, and the default a JSON value.
 */
export function parseNamedQuery(name: string, text: string): NamedQuery {
  const { comment, sql } = splitSql(text)
  const prose: string[] = []
  const parameters: QueryParameter[] = []
  for (const line of comment) {
    if (line.startsWith('$')) parameters.push(parseParameter(name, line))
    else prose.push(line)
  }
  return { name, doc: prose.join('\n').trim(), parameters, sql }
}

function parseParameter(query: string, line: string): QueryParameter {
  const match = /^\$(\w+) (text|integer|number)(?: = ([^:]+))?: (.+)$/.exec(line)
  if (match === null) throw new Error(`sql/queries/${query}.sql: not a parameter line: ${line}`)
  const [, name = '', type, value, doc = ''] = match
  return {
    name,
    type: type as ParameterType,
    ...(value === undefined ? {} : { default: JSON.parse(value) as ParameterValue }),
    doc,
  }
}

/**
 * The value of every parameter of a query: what was given (text is converted to the parameter's type), else its default.
 * @throws HubError `unknown_parameter`, `missing_parameter` or `bad_parameter`, each with the parameters that the query takes.
 */
export function queryParameters(
  query: NamedQuery,
  given: Readonly<Record<string, ParameterValue>>,
): Record<string, ParameterValue> {
  const takes = describeParameters(query)
  const known = new Set(query.parameters.map(({ name }) => name))
  for (const name of Object.keys(given))
    if (!known.has(name))
      throw userError('unknown_parameter', `${query.name} has no parameter ${name}`, takes)
  return Object.fromEntries(
    query.parameters.map(parameter => {
      const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : parameter.default
      if (value === undefined)
        throw userError('missing_parameter', `${query.name} needs a value for ${parameter.name}`, takes)
      return [parameter.name, convert(query, parameter, value)]
    }),
  )
}

function convert(query: NamedQuery, parameter: QueryParameter, value: ParameterValue): ParameterValue {
  if (value === null || parameter.type === 'text') return value === null ? null : String(value)
  const number = typeof value === 'number' ? value : value.trim() === '' ? Number.NaN : Number(value)
  const fits = parameter.type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number)
  if (!fits)
    throw userError(
      'bad_parameter',
      `${query.name}: ${parameter.name} = ${value} is not ${parameter.type === 'integer' ? 'a whole number' : 'a number'}`,
      describeParameters(query),
    )
  return number
}

function describeParameters({ name, parameters }: NamedQuery): string {
  if (parameters.length === 0) return `${name} takes no parameters`
  return `${name} takes ${parameters
    .map(parameter => {
      const value = parameter.default === undefined ? '' : ` = ${JSON.stringify(parameter.default)}`
      return `${parameter.name} (${parameter.type}${value}: ${parameter.doc})`
    })
    .join('; ')}`
}
