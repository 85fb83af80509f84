import { join } from 'node:path'
import { type ColumnType, typeMappings } from '../../tables/column.ts'
import { type Columns, duckdbDdl } from '../../tables/defineTable.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { sqlText } from '../../tables/sqlText.ts'
import { type TableName, tables } from '../../tables/tables.ts'

/** Rows of tables; a column that a row leaves out is null, or a stand-in where null is not allowed. Timestamps are ISO 8601 text. */
export type PartialRows = Partial<Record<TableName, readonly Readonly<Record<string, unknown>>[]>>

/** Writes one Parquet file for each table given. */
export async function writeTables(
  folder: string,
  rows: PartialRows,
): Promise<Partial<Record<TableName, readonly string[]>>> {
  const files: Partial<Record<TableName, readonly string[]>> = {}
  await withDuckdb({ threads: 2 }, async connection => {
    for (const table of Object.values(tables)) {
      const given = rows[table.name as TableName]
      if (given === undefined) continue
      const complete = given.map(row => ({ ...standIns(table.columns), ...row }))
      await connection.run(duckdbDdl(table))
      await connection.run(
        `INSERT INTO ${table.name} BY NAME
       SELECT unnest(from_json($rows::JSON, '${jsonStructure(table.columns)}'), max_depth := 2)`,
        { rows: JSON.stringify(complete) },
      )
      const file = join(folder, `${table.name}.parquet`)
      await connection.run(`COPY ${table.name} TO ${sqlText(file)} (FORMAT parquet)`)
      files[table.name as TableName] = [file]
    }
  })
  return files
}

function jsonStructure(columns: Columns): string {
  const types = Object.entries(columns).map(([name, { type }]) => {
    const duckdb = typeMappings[type].duckdb
    return [name, duckdb.endsWith('[]') ? [duckdb.slice(0, -2)] : duckdb]
  })
  return JSON.stringify([Object.fromEntries(types)])
}

function standIns(columns: Columns): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(columns)
      .filter(([, { nullable }]) => !nullable)
      .map(([name, { type }]) => [name, standIn(type)]),
  )
}

function standIn(type: ColumnType): unknown {
  if (type === 'text') return ''
  if (type === 'text_list' || type === 'vector') return []
  return type === 'timestamp' ? '2026-01-01T00:00:00Z' : 0
}
