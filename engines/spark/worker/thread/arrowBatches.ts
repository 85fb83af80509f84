import { type Data, Field, makeData, RecordBatch, RecordBatchReader, Schema, Struct } from 'apache-arrow'
import { batchToIpc } from '../../../../tables/batch.ts'
import { firstMessageLength } from '../arrowMessage.ts'

// Spark puts all columns into one struct column, on both ways.

/** Decodes the batches that Spark sends, without copying: the columns lie in the message. */
export function batchDecoder(schema: Uint8Array): (message: Uint8Array) => RecordBatch {
  return message => {
    const [batch] = RecordBatchReader.from([schema, message])
    const columns = batch?.data.children[0]
    if (columns === undefined || !(columns.type instanceof Struct))
      throw new Error('Spark sends no struct column of the columns')
    return structBatch(columns as Data<Struct>)
  }
}

/** One column of an output. */
export interface OutputData {
  readonly field: Field
  readonly data: Data
}

/** Arrow IPC messages of one batch of columns in Spark's struct, the first time after that of the schema; in a buffer of their own. */
export function batchEncoder(): (columns: readonly OutputData[], rows: number) => Uint8Array {
  let first = true
  return (columns, rows) => {
    const struct = makeStruct(columns, rows)
    const field = new Field('_0', struct.type, false)
    const wrapped = new RecordBatch(new Schema([field]), makeStruct([{ field, data: struct }], rows))
    const stream = batchToIpc(wrapped)
    const start = first ? 0 : firstMessageLength(stream)
    first = false
    return stream.subarray(start, stream.length - endOfStreamBytes)
  }
}

/** A batch's columns one by one. */
export function columnsOf(batch: RecordBatch): OutputData[] {
  return batch.schema.fields.flatMap((field, index) => {
    const data = batch.data.children[index]
    return data === undefined ? [] : [{ field, data }]
  })
}

/** A batch of some columns, of which nothing is copied. */
export function batchOf(columns: readonly OutputData[], rows: number): RecordBatch {
  return new RecordBatch(new Schema(columns.map(({ field }) => field)), makeStruct(columns, rows))
}

const endOfStreamBytes = 8

function structBatch(struct: Data<Struct>): RecordBatch {
  const fields = struct.type.children
  return batchOf(
    fields.flatMap((field, index) => {
      const data = struct.children[index]
      return data === undefined ? [] : [{ field, data }]
    }),
    struct.length,
  )
}

function makeStruct(columns: readonly OutputData[], length: number): Data<Struct> {
  return makeData({
    type: new Struct(columns.map(({ field }) => field)),
    length,
    nullCount: 0,
    children: columns.map(({ data }) => data),
  })
}
