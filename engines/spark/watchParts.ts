import type { WorkArea } from './WorkArea.ts'

const everyMilliseconds = 1000

export interface WatchOptions {
  readonly area: WorkArea
  readonly parts: string
  readonly partitions: number
  /** Rows of all partitions. */
  readonly rows: number
  readonly onRows: (rows: number) => void
}

/**
 * Tells how many rows a job has finished, to the nearest partition: all are of one cost, and each leaves one file when it is done. Spark
 * 3.5 tells nothing itself; files serve all versions alike.
 */
export async function watchParts({ area, parts, partitions, rows, onRows }: WatchOptions) {
  const before = (await area.files(parts)).length
  let looking = false
  let stopped = false
  const timer = setInterval(async () => {
    if (looking) return
    looking = true
    // What cannot be listed now is told later.
    const files = await area.files(parts).catch(() => [])
    looking = false
    if (stopped || files.length === 0) return
    const done = Math.min(1, Math.max(0, files.length - before) / partitions)
    onRows(Math.floor(done * rows))
  }, everyMilliseconds)
  return {
    stop() {
      stopped = true
      clearInterval(timer)
    },
  }
}
