import type { RunRecord, StageRecord } from '../catalog/RunRecord.ts'

/** How fast the newest run of a stage went. */
export interface StageRate {
  /** The command, with the stage's name where it has several. */
  readonly stage: string
  readonly runId: string
  readonly workers: number
  /** Rows done by that run, without those it took over from an interrupted one. */
  readonly rows: number
  readonly seconds: number
  readonly imagesPerSecond: number
  /** Rate in equal steps of time. */
  readonly series: readonly RatePoint[]
}

export interface RatePoint {
  /** Seconds since the stage began: the middle of the step. */
  readonly seconds: number
  readonly imagesPerSecond: number
}

/** Steps of a drawn series at most: few enough that batches do not show as noise. */
const maximumSteps = 32

/** The newest run of each stage that did any work, in the order in which the stages first ran. Runs are oldest first. */
export function stageRates(runs: readonly RunRecord[]): StageRate[] {
  const newest = new Map<string, StageRate>()
  for (const run of runs)
    for (const stage of run.stages) {
      const rows = stage.rows_out - stage.rows_resumed
      if (rows <= 0 || stage.seconds <= 0) continue
      const name = run.stages.length === 1 ? run.command : `${run.command} ${stage.name}`
      newest.set(name, {
        stage: name,
        runId: run.run_id,
        workers: stage.workers,
        rows,
        seconds: stage.seconds,
        imagesPerSecond: rows / stage.seconds,
        series: rateSeries(stage.timeline),
      })
    }
  return [...newest.values()]
}

/** The slope of a cumulative count over equal steps of time; empty where there are too few points to say anything. */
export function rateSeries(timeline: StageRecord['timeline']): RatePoint[] {
  const points = timeline.filter(([seconds, rows]) => Number.isFinite(seconds) && Number.isFinite(rows))
  const end = points.at(-1)?.[0] ?? 0
  const start = points[0]?.[0] ?? 0
  const count = Math.min(maximumSteps, Math.floor((points.length - 1) / 2))
  if (count < 3 || end <= start) return []
  const step = (end - start) / count
  const rowsAt = interpolation(points)
  let before = rowsAt(start)
  return Array.from({ length: count }, (_, index) => {
    const rows = rowsAt(start + (index + 1) * step)
    const imagesPerSecond = Math.max(0, rows - before) / step
    before = rows
    return { seconds: start + (index + 0.5) * step, imagesPerSecond }
  })
}

/** Linear interpolation between points whose first coordinate rises; asked in rising order. */
function interpolation(points: StageRecord['timeline']): (seconds: number) => number {
  let index = 0
  return seconds => {
    while (index < points.length - 2 && (points[index + 1]?.[0] ?? 0) < seconds) index++
    const [fromSeconds, fromRows] = points[index] ?? [0, 0]
    const [toSeconds, toRows] = points[index + 1] ?? [fromSeconds, fromRows]
    if (toSeconds <= fromSeconds) return toRows
    const part = Math.min(1, Math.max(0, (seconds - fromSeconds) / (toSeconds - fromSeconds)))
    return fromRows + part * (toRows - fromRows)
  }
}
