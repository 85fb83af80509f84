import { userError } from '../base/HubError.ts'
import type { SqlParameters } from '../catalog/Catalog.ts'
import { getNamedQuery, type ParameterValue, queryParameters } from '../sql/namedQueries.ts'
import { type TableName, tables } from '../tables/tables.ts'

/** What is asked of a catalog: SQL, or a named query of sql/queries; one of them. */
export interface Question {
  readonly sql?: string
  readonly query?: string
  /** Values of `$name` parameters. */
  readonly parameters?: Readonly<Record<string, ParameterValue>>
}

export interface Statement {
  readonly statement: string
  readonly parameters: SqlParameters
  /** Tables whose files it needs. */
  readonly tables: readonly TableName[]
}

/** @throws HubError `usage` where neither or both are given; `unknown_query`, `missing_parameter`, `unknown_parameter`, `bad_parameter` */
export function statementOf({ sql, query, parameters = {} }: Question): Statement {
  if ((sql === undefined) === (query === undefined))
    throw userError(
      'usage',
      'give either a statement or the name of a query',
      'imagehub sql --list shows the named queries',
    )
  const named = query === undefined ? null : getNamedQuery(query)
  const statement = named?.sql ?? sql ?? ''
  return {
    statement,
    parameters: named === null ? parameters : queryParameters(named, parameters),
    // Embeddings are most of a hub's bytes: a remote hub's are fetched only for those who ask for them.
    tables: (Object.keys(tables) as TableName[]).filter(
      name => name !== 'embeddings' || /embedding/i.test(statement),
    ),
  }
}
