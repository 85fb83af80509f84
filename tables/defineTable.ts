import { Field, Schema } from 'apache-arrow'
import { type Column, type ColumnType, type ColumnValues, typeMappings } from './column.ts'
import { sqlName } from './sqlText.ts'

export type Columns = Readonly<Record<string, Column>>

/** One table, declared once: its Arrow schema, DuckDB DDL, Spark type and TypeScript row all follow from it. */
export interface Table<C extends Columns = Columns> {
  readonly name: string
  /** What one row is, as a noun phrase. */
  readonly row: string
  /** The columns that identify a row. */
  readonly key: readonly string[]
  /**
   * A later run's rows replace all earlier rows that agree with one of them in these columns.
   * @default the key
   */
  readonly replaces?: readonly string[]
  readonly columns: C
}

type Value<C> =
  C extends Column<infer T, infer N>
    ? true extends N
      ? ColumnValues[T & ColumnType] | null
      : ColumnValues[T & ColumnType]
    : never

/** The TypeScript type of a row of a table (or of bare columns). */
export type Row<T> =
  T extends Table<infer C>
    ? { -readonly [K in keyof C]: Value<C[K]> }
    : { -readonly [K in keyof T]: Value<T[K]> }

interface ColumnNames<C> {
  readonly key: readonly (keyof C)[]
  readonly replaces?: readonly (keyof C)[]
}

export function defineTable<const C extends Columns>(table: Table<C> & ColumnNames<C>): Table<C> {
  return table
}

/** The Arrow schema of a table's columns, in declared order. */
export function arrowSchema(columns: Columns): Schema {
  return new Schema(
    Object.entries(columns).map(
      ([name, { type, nullable }]) => new Field(name, typeMappings[type].arrow(), nullable),
    ),
  )
}

/** `CREATE TABLE` for DuckDB, with NOT NULL where the declaration says so. */
export function duckdbDdl({ name, columns }: Pick<Table, 'name' | 'columns'>): string {
  const lines = Object.entries(columns).map(
    ([column, { type, nullable }]) =>
      `  ${sqlName(column)} ${typeMappings[type].duckdb}${nullable ? '' : ' NOT NULL'}`,
  )
  return `CREATE TABLE ${sqlName(name)} (\n${lines.join(',\n')}\n)`
}

/** A Spark DDL string (`image_id STRING NOT NULL, ...`) as `spark.createDataFrame` and mapInArrow take it. */
export function sparkDdl(columns: Columns): string {
  return Object.entries(columns)
    .map(
      ([column, { type, nullable }]) => `${column} ${typeMappings[type].spark}${nullable ? '' : ' NOT NULL'}`,
    )
    .join(', ')
}
