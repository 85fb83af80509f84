import type { CatalogObject } from '../sql/catalogObjects.ts'
import { typeMappings } from '../tables/column.ts'
import { duckdbDdl, type Table } from '../tables/defineTable.ts'
import { sqlText } from '../tables/sqlText.ts'
import { runsColumns } from './runsTable.ts'

type TableDeclaration = Pick<Table, 'name' | 'row' | 'columns'>

/** A path as the glob pattern that matches it alone. */
export function globEscape(path: string): string {
  return path.replace(/[[*?]/g, '[$&]')
}

/**
 * The statement that makes a table of the hub queryable: a view over its Parquet files, every column cast to its declared
 * type (which costs nothing where it has it), or an empty table where there are no files.
 */
export function tableSql(table: TableDeclaration, files: readonly string[]): string {
  if (files.length === 0) return duckdbDdl(table)
  const columns = Object.entries(table.columns).map(
    ([name, { type }]) => `CAST(${name} AS ${typeMappings[type].duckdb}) AS ${name}`,
  )
  const list = files.map(file => sqlText(globEscape(file))).join(', ')
  return `CREATE VIEW ${table.name} AS SELECT ${columns.join(', ')} FROM read_parquet([${list}])`
}

/** COMMENT statements, from which the view `dictionary` tells what tables and columns hold. */
export function commentSql(table: TableDeclaration, isView: boolean): string[] {
  const columns = Object.entries(table.columns).map(([name, { doc }]) => [name, doc] as const)
  return comments({ kind: isView ? 'VIEW' : 'TABLE', name: table.name, doc: table.row, columns })
}

export function runsCommentSql(): string[] {
  const columns = runsColumns.map(([name, , doc]) => [name, doc] as const)
  return comments({ kind: 'TABLE', name: 'runs', doc: 'one run, committed or not', columns })
}

export function viewCommentSql({ kind, name, doc }: CatalogObject): string[] {
  return kind === 'view' ? comments({ kind: 'VIEW', name, doc, columns: [] }) : []
}

interface Comments {
  readonly kind: 'VIEW' | 'TABLE'
  readonly name: string
  readonly doc: string
  readonly columns: readonly (readonly [string, string])[]
}

function comments({ kind, name, doc, columns }: Comments): string[] {
  return [
    `COMMENT ON ${kind} ${name} IS ${sqlText(doc)}`,
    ...columns.map(([column, text]) => `COMMENT ON COLUMN ${name}.${column} IS ${sqlText(text)}`),
  ]
}
