import { type RecordBatch, RecordBatchReader } from 'apache-arrow'
import { HubError, toError } from '../../../base/HubError.ts'

/**
 * The record batch of one answer, over the bytes that came (copied once where they do not lie on 8 bytes, as Arrow's arrays need it);
 * undefined for an answer without rows.
 * @throws HubError `spark_bad_result` when the bytes do not hold the promised rows
 */
export function decodeBatch(data: Uint8Array, promisedRows: number): RecordBatch | undefined {
  const batches = readBatches(data)
  const rows = batches.reduce((total, { numRows }) => total + numRows, 0)
  if (rows !== promisedRows) throw badResult(`${rows} rows where ${promisedRows} were promised`)
  const filled = batches.filter(({ numRows }) => numRows > 0)
  if (filled.length > 1) throw badResult(`${filled.length} record batches in one answer`)
  return filled[0]
}

function readBatches(data: Uint8Array): RecordBatch[] {
  try {
    return [...RecordBatchReader.from(data.byteOffset % 8 === 0 ? data : data.slice())]
  } catch (thrown) {
    throw badResult(toError(thrown).message, thrown)
  }
}

const badResult = (what: string, cause?: unknown) =>
  new HubError({ code: 'spark_bad_result', message: `the Spark server sent a broken result: ${what}`, cause })
