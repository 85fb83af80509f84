import type { CalibrationBin } from './ReportData.ts'

export interface CalibrationPoint extends CalibrationBin {
  /** Bounds of the share that came true. */
  readonly low: number
  readonly high: number
}

/** Answers of a point at least: a share of fewer says next to nothing. */
const leastAnswers = 8

/** The points of a calibration curve: neighbouring bins joined until each holds enough answers, with 95 % Wilson intervals. */
export function calibrationCurve(bins: readonly CalibrationBin[]): CalibrationPoint[] {
  const joined: CalibrationBin[] = []
  let open: CalibrationBin | undefined
  for (const bin of bins.filter(({ count }) => count > 0)) {
    open = open === undefined ? bin : join(open, bin)
    if (open.count < leastAnswers) continue
    joined.push(open)
    open = undefined
  }
  // What is left over at the end is too little for a point of its own.
  const last = joined.at(-1)
  if (open !== undefined) {
    if (last === undefined) joined.push(open)
    else joined[joined.length - 1] = join(last, open)
  }
  return joined.map(bin => ({ ...bin, ...wilsonInterval(bin.observed, bin.count) }))
}

function join(a: CalibrationBin, b: CalibrationBin): CalibrationBin {
  const count = a.count + b.count
  const mean = (of: (bin: CalibrationBin) => number) => (of(a) * a.count + of(b) * b.count) / count
  return { predicted: mean(bin => bin.predicted), observed: mean(bin => bin.observed), count }
}

/** Of a share of `count` trials, at 95 %: Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953 */
export function wilsonInterval(share: number, count: number): { low: number; high: number } {
  const z = 1.959964
  const center = (share + z ** 2 / (2 * count)) / (1 + z ** 2 / count)
  const half = ((z / (1 + z ** 2 / count)) * Math.sqrt(count * share * (1 - share) + z ** 2 / 4)) / count
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) }
}
