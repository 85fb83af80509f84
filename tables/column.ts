import {
  Binary,
  Bool,
  type DataType,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow'

/** Every logical type a column may have, with the TypeScript value that stands for it. */
export interface ColumnValues {
  text: string
  int32: number
  /** A whole number within ±(2^53 - 1); the writer refuses others. */
  int64: number
  float32: number
  float64: number
  boolean: boolean
  /** Microseconds since 1970-01-01T00:00:00Z. */
  timestamp: number
  text_list: readonly string[]
  /** A fixed-length vector of 32-bit floats. */
  vector: Float32Array
  binary: Uint8Array
}

export type ColumnType = keyof ColumnValues

export interface Column<T extends ColumnType = ColumnType, N extends boolean = boolean> {
  readonly type: T
  readonly nullable: N
  /** One sentence for the docs: what the value says, with its unit. */
  readonly doc: string
}

interface TypeMapping {
  readonly arrow: () => DataType
  readonly duckdb: string
  readonly spark: string
}

/** The three storage types of each logical type: the only place that knows them. */
export const typeMappings: Readonly<Record<ColumnType, TypeMapping>> = {
  text: { arrow: () => new Utf8(), duckdb: 'VARCHAR', spark: 'STRING' },
  int32: { arrow: () => new Int32(), duckdb: 'INTEGER', spark: 'INT' },
  int64: { arrow: () => new Int64(), duckdb: 'BIGINT', spark: 'BIGINT' },
  float32: { arrow: () => new Float32(), duckdb: 'FLOAT', spark: 'FLOAT' },
  float64: { arrow: () => new Float64(), duckdb: 'DOUBLE', spark: 'DOUBLE' },
  boolean: { arrow: () => new Bool(), duckdb: 'BOOLEAN', spark: 'BOOLEAN' },
  timestamp: { arrow: () => new TimestampMicrosecond('UTC'), duckdb: 'TIMESTAMPTZ', spark: 'TIMESTAMP' },
  text_list: {
    arrow: () => new List(new Field('element', new Utf8(), true)),
    duckdb: 'VARCHAR[]',
    spark: 'ARRAY<STRING>',
  },
  vector: {
    arrow: () => new List(new Field('element', new Float32(), true)),
    duckdb: 'FLOAT[]',
    spark: 'ARRAY<FLOAT>',
  },
  binary: { arrow: () => new Binary(), duckdb: 'BLOB', spark: 'BINARY' },
}

/** A column that always has a value. */
export function column<T extends ColumnType>(type: T, doc: string): Column<T, false> {
  return { type, nullable: false, doc }
}

/** A column that may be null. */
export function nullable<T extends ColumnType>(type: T, doc: string): Column<T, true> {
  return { type, nullable: true, doc }
}
