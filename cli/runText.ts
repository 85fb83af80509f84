import type { RunRecord } from '../catalog/RunRecord.ts'
import { duration } from './Terminal.ts'

/** A line for each stage that did something: rows, time and rate. */
export function stageRate({ stages }: RunRecord): string[] {
  return stages
    .filter(({ rows_in, rows_resumed }) => rows_in > rows_resumed)
    .map(({ name, rows_in, rows_resumed, seconds, workers }) => {
      const done = rows_in - rows_resumed
      const rate = done / Math.max(seconds, 0.001)
      const resumed = rows_resumed === 0 ? '' : `, ${rows_resumed} taken over from an interrupted run`
      return `${name}: ${done} images in ${duration(seconds)}, ${rate.toFixed(1)} images/s with ${workers} workers${resumed}`
    })
}
