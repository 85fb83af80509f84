import {
  Int64,
  makeData,
  RecordBatch,
  RecordBatchReader,
  RecordBatchStreamWriter,
  Struct,
  Vector,
  vectorFromArray,
} from 'apache-arrow'
import { userError } from '../base/HubError.ts'
import { type ColumnType, typeMappings } from './column.ts'
import { arrowSchema, type Columns, type Row } from './defineTable.ts'

/**
 * Rows to one Arrow record batch.
 * @throws HubError `bad_value` where a value does not fit its column: the column, the row and the value are named.
 */
export function rowsToBatch<C extends Columns>(columns: C, rows: readonly Row<C>[]): RecordBatch {
  const schema = arrowSchema(columns)
  const children = schema.fields.map(field => {
    const column = columns[field.name] as Columns[string]
    const values = rows.map((row, index) => {
      const value = (row as Record<string, unknown>)[field.name]
      if (value === null || value === undefined) {
        if (!column.nullable) throw badValue(field.name, index, value, 'a value: the column is NOT NULL')
        return null
      }
      return encode(column.type, value, field.name, index)
    })
    // Arrow's own timestamp builder and reader go through float milliseconds: as Int64 no microsecond is lost.
    const type = column.type === 'timestamp' ? new Int64() : typeMappings[column.type].arrow()
    return vectorFromArray(values, type).data[0]?.clone(field.type)
  })
  const data = makeData({
    type: new Struct(schema.fields),
    length: rows.length,
    nullCount: 0,
    children: children.map(
      (child, index) => child ?? makeData({ type: schema.fields[index]?.type as never, length: 0 }),
    ),
  })
  return new RecordBatch(schema, data)
}

function badValue(column: string, row: number, value: unknown, allowed: string) {
  return userError(
    'bad_value',
    `column ${column}, row ${row}: ${String(value)} does not fit`,
    `it takes ${allowed}`,
  )
}

function encode(type: ColumnType, value: unknown, column: string, row: number): unknown {
  switch (type) {
    case 'int32':
      if (value !== ((value as number) | 0)) throw badValue(column, row, value, 'a whole number of 32 bits')
      return value
    case 'int64':
    case 'timestamp':
      if (!Number.isSafeInteger(value))
        throw badValue(column, row, value, 'a whole number within ±(2^53 - 1)')
      return BigInt(value as number)
    default:
      return value
  }
}

/** The rows of a batch as plain objects; nulls stay null, int64 and timestamps become numbers. */
export function batchToRows<C extends Columns>(columns: C, batch: RecordBatch): Row<C>[] {
  const readers = Object.entries(columns).map(([name, { type }]) => {
    const vector = batch.getChild(name)
    if (vector === null)
      throw userError(
        'missing_column',
        `the batch has no column ${name}`,
        `it has ${batch.schema.names.join(', ')}`,
      )
    return [name, decoder(type, vector)] as const
  })
  return Array.from({ length: batch.numRows }, (_, index) => {
    const row: Record<string, unknown> = {}
    for (const [name, read] of readers) row[name] = read(index)
    return row as Row<C>
  })
}

function decoder(type: ColumnType, vector: Vector): (index: number) => unknown {
  const get = (index: number): unknown => vector.get(index)
  const unlessNull =
    <T>(decode: (value: T) => unknown) =>
    (index: number) => {
      const value = get(index) as T | null
      return value === null ? null : decode(value)
    }
  switch (type) {
    case 'int64':
      return unlessNull((value: bigint) => Number(value))
    case 'timestamp':
      return decoder('int64', new Vector(vector.data.map(data => data.clone(new Int64()))))
    case 'text_list':
      return unlessNull((value: Vector) => [...value] as string[])
    case 'vector':
      return unlessNull((value: Vector) => value.toArray() as Float32Array)
    default:
      return get
  }
}

/** One batch as a self-contained, uncompressed Arrow IPC stream. */
export function batchToIpc(batch: RecordBatch): Uint8Array {
  const writer = new RecordBatchStreamWriter()
  writer.write(batch)
  writer.close()
  return writer.toUint8Array(true)
}

/** The only batch of an Arrow IPC stream that `batchToIpc` wrote. */
export function ipcToBatch(bytes: Uint8Array): RecordBatch {
  const [batch] = RecordBatchReader.from(bytes)
  if (batch === undefined) throw new Error('the Arrow stream has no batch')
  return batch
}
