import { open } from 'node:fs/promises'
import type { HubError } from '../../base/HubError.ts'
import { workerError } from './connect/workerError.ts'
import { reportMark } from './worker/ErrorReport.ts'

/** What Spark logs about a failed job fits in many times over. */
const tailBytes = 4 << 20

/**
 * The last error of a worker that the server's log tells. Spark 3.5 hands on 2,048 characters of an error, of which its own stack may leave
 * a line or two; its log has all of it.
 */
export async function reportInLog(logFile: string): Promise<HubError | undefined> {
  const file = await open(logFile)
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - tailBytes)
    const buffer = Buffer.alloc(size - start)
    await file.read(buffer, 0, buffer.length, start)
    const text = buffer.toString('utf8')
    const at = text.lastIndexOf(reportMark)
    return at < 0 ? undefined : workerError([text.slice(at)])
  } finally {
    await file.close()
  }
}
