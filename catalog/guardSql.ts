import type { DuckDBConnection } from '@duckdb/node-api'
import { userError } from '../base/HubError.ts'

/**
 * Table functions that user SQL may call. Every other one reads files (`read_csv`, `glob`), runs text as SQL (`query`) or
 * changes the session (`enable_logging`, `enable_profiling`: both write to paths). Scalar functions are all free of effects.
 */
const allowedTableFunctions = new Set([
  'ancestors',
  'descendants',
  'duckdb_columns',
  'duckdb_functions',
  'duckdb_settings',
  'duckdb_tables',
  'duckdb_types',
  'duckdb_views',
  'generate_series',
  'head_ids',
  'histogram',
  'histogram_values',
  'json_each',
  'json_tree',
  'pragma_table_info',
  'pragma_version',
  'range',
  'repeat',
  'repeat_row',
  'summary',
  'unnest',
])

const maxSqlLength = 200_000 // characters

const readOnly =
  'one SELECT, WITH, FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN statement over the tables and views of the hub'

/**
 * Lets through SQL that only reads the catalog, as DuckDB's own parser understands it, and returns the text to run:
 * exactly one SELECT-like statement, or EXPLAIN [ANALYZE] of one, that calls no table function but the listed ones.
 * Files are out of reach besides: the connection itself has no external access.
 * @throws HubError `sql_not_allowed`; `sql_error` for empty text. A syntax error passes: preparing the text explains it better.
 */
export async function guardSql(connection: DuckDBConnection, sql: string): Promise<string> {
  if (sql.length > maxSqlLength)
    throw userError('sql_not_allowed', `the SQL has ${sql.length} characters`, `the limit is ${maxSqlLength}`)
  const explain = /^(?:\s|--[^\n\r]*[\n\r])*explain\s+(analyze\s+)?/i.exec(sql)
  const prefix = explain === null ? '' : `EXPLAIN ${explain[1] === undefined ? '' : 'ANALYZE '}`
  const statement = explain === null ? sql : sql.slice(explain[0].length)
  const tree = await parse(connection, statement)
  if ('error_type' in tree && tree.error_type === 'parser') return prefix + statement
  if (tree.error || tree.statements === undefined) throw notAllowed(statement)
  if (tree.statements.length === 0) throw userError('sql_error', 'the SQL holds no statement', readOnly)
  if (tree.statements.length > 1)
    throw userError('sql_not_allowed', `the SQL holds ${tree.statements.length} statements`, readOnly)
  for (const name of tableFunctions(tree.statements))
    if (!allowedTableFunctions.has(name))
      throw userError(
        'sql_not_allowed',
        `the table function ${name} is not allowed`,
        `the hub's own tables are in reach by name; the table functions are ${[...allowedTableFunctions].join(', ')}`,
      )
  return prefix + statement
}

/**
 * The same statement without a semicolon at its end, which cannot stand inside another one: up to the first semicolon before which
 * DuckDB's parser sees the whole of it.
 */
export async function withoutLastSemicolon(connection: DuckDBConnection, sql: string): Promise<string> {
  const whole = JSON.stringify(await parse(connection, sql))
  for (let at = sql.indexOf(';'); at !== -1; at = sql.indexOf(';', at + 1)) {
    const shorter = sql.slice(0, at)
    if (JSON.stringify(await parse(connection, shorter)) === whole) return shorter
  }
  return sql
}

interface ParseTree {
  readonly error: boolean
  readonly error_type?: string
  readonly statements?: readonly unknown[]
}

async function parse(connection: DuckDBConnection, sql: string): Promise<ParseTree> {
  const reader = await connection.runAndReadAll('SELECT json_serialize_sql($sql::VARCHAR)', { sql })
  return JSON.parse(String(reader.value(0, 0))) as ParseTree
}

/** Every name in the tree that stands for a table function. */
function tableFunctions(tree: unknown): Set<string> {
  const names = new Set<string>()
  const open = [tree]
  while (open.length > 0) {
    const node = open.pop()
    if (typeof node !== 'object' || node === null) continue
    if ('type' in node && node.type === 'TABLE_FUNCTION' && 'function' in node)
      names.add(functionName(node.function))
    open.push(...Object.values(node))
  }
  return names
}

function functionName(node: unknown): string {
  const named = typeof node === 'object' && node !== null && 'function_name' in node
  return named ? String(node.function_name).toLowerCase() : 'without a name'
}

function notAllowed(sql: string) {
  const word = /^(?:\s|--[^\n\r]*[\n\r])*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? 'this statement'
  const pivot = word === 'PIVOT' ? 'name the values: PIVOT ... ON column IN (...); ' : ''
  return userError(
    'sql_not_allowed',
    `${word} is not allowed: the catalog is read only`,
    `${pivot}allowed is ${readOnly}`,
  )
}
