import type { DuckDBConnection, DuckDBListVector, DuckDBVector } from '@duckdb/node-api'
import { HubError } from '../base/HubError.ts'

export interface Vectors {
  /** Row-major [rows, columns]. */
  readonly data: Float32Array
  readonly rows: number
  readonly columns: number
}

/**
 * Reads vectors of one length into a matrix, each to its own row, whatever order the database gives them in.
 * @param sql selects a whole number (the row, from 0) and a FLOAT[]
 * @param rows how many rows the matrix has; the query gives each exactly once
 * @throws HubError `bad_vectors` where lengths differ or a row is missing
 */
export async function readVectors(connection: DuckDBConnection, sql: string, rows: number): Promise<Vectors> {
  const result = await connection.stream(sql)
  let data = new Float32Array(0)
  let columns = 0
  let filled = 0
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) break
    const lists = chunk.getColumnVector(1) as DuckDBListVector
    const items = floats(lists.childVector)
    for (const [index, row] of chunk.getColumnValues(0).entries()) {
      const length = lists.getEntryLength(index)
      if (columns === 0) {
        columns = length
        data = new Float32Array(rows * columns)
      }
      if (length !== columns)
        throw new HubError({
          code: 'bad_vectors',
          message: `vectors of ${columns} and of ${length} numbers are mixed`,
          hint: 'a model gives embeddings of one length: featurize again with one version of it',
        })
      const offset = lists.getEntryOffset(index)
      data.set(items.subarray(offset, offset + length), Number(row) * columns)
      filled++
    }
  }
  if (filled !== rows)
    throw new HubError({ code: 'bad_vectors', message: `${filled} vectors were found for ${rows} rows` })
  return { data, rows, columns }
}

/** The array behind a vector of floats, which the library holds as a private field: copying 40,000 x 2048 numbers one by one takes seconds. */
function floats(vector: DuckDBVector): Float32Array {
  const items: unknown = Reflect.get(vector, 'items')
  if (!(items instanceof Float32Array)) throw new Error('a vector of floats holds no Float32Array')
  return items
}
