import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  LIST,
  TIMESTAMPTZ,
  VARCHAR,
} from '@duckdb/node-api'
import type { ColumnType, ColumnValues } from './column.ts'

interface DuckdbCodec<T extends ColumnType> {
  readonly type: DuckDBType
  readonly encode: (value: ColumnValues[T]) => DuckDBValue
  readonly decode: (value: never) => ColumnValues[T]
}

const same = <V>(value: V): V => value

/** How each logical type crosses between TypeScript and DuckDB's vectors. */
export const duckdbCodecs: { readonly [T in ColumnType]: DuckdbCodec<T> } = {
  text: { type: VARCHAR, encode: same, decode: same },
  int32: { type: INTEGER, encode: same, decode: same },
  int64: { type: BIGINT, encode: BigInt, decode: Number },
  float32: { type: FLOAT, encode: same, decode: same },
  float64: { type: DOUBLE, encode: same, decode: same },
  boolean: { type: BOOLEAN, encode: same, decode: same },
  timestamp: {
    type: TIMESTAMPTZ,
    encode: value => new DuckDBTimestampTZValue(BigInt(value)),
    decode: (value: DuckDBTimestampTZValue) => Number(value.micros),
  },
  text_list: {
    type: LIST(VARCHAR),
    encode: value => new DuckDBListValue(value),
    decode: (value: DuckDBListValue) => value.items as readonly string[],
  },
  vector: {
    type: LIST(FLOAT),
    // The list vector only indexes its items and asks their length: the typed array serves as it is.
    encode: value => new DuckDBListValue(value as unknown as readonly number[]),
    decode: (value: DuckDBListValue) => Float32Array.from(value.items as readonly number[]),
  },
  binary: {
    type: BLOB,
    encode: value => new DuckDBBlobValue(value),
    decode: (value: DuckDBBlobValue) => new Uint8Array(value.bytes),
  },
}
