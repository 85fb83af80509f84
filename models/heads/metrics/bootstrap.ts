import { Random } from '../Random.ts'
import type { Estimate } from './HeadMetrics.ts'

export interface BootstrapOptions {
  readonly rows: number
  readonly resamples: number
  readonly seed: number
  /** Confidence level, such as 0.95. */
  readonly level: number
  /** Rows of the same group are drawn together. @default every row by itself */
  readonly groups?: readonly string[] | undefined
}

/**
 * Values of several statistics on all rows, with percentile bootstrap intervals (Efron 1979, https://doi.org/10.1214/aos/1176344552).
 * A resample is a count for each row, so nothing is copied. There is no interval where more than half of the resamples leave a
 * statistic undefined.
 * @param statistics of rows with multiplicities; NaN for an undefined one
 */
export function bootstrap(
  { rows, resamples, seed, level, groups }: BootstrapOptions,
  statistics: (counts: Uint32Array) => Float64Array,
): Estimate[] {
  const units = groups === undefined ? undefined : groupIndices(groups)
  const unitCount = units === undefined ? rows : Math.max(...units, -1) + 1
  const values = statistics(new Uint32Array(rows).fill(1))
  const samples = Array.from(values, () => new Float64Array(resamples))
  const random = new Random(seed)
  const draws = new Uint32Array(unitCount)
  const counts = units === undefined ? draws : new Uint32Array(rows)
  for (let resample = 0; resample < resamples; resample++) {
    draws.fill(0)
    for (let draw = 0; draw < unitCount; draw++) {
      const unit = random.below(unitCount)
      draws[unit] = (draws[unit] as number) + 1
    }
    if (units !== undefined)
      for (let row = 0; row < rows; row++) counts[row] = draws[units[row] as number] as number
    const sample = statistics(counts)
    samples.forEach((column, at) => {
      column[resample] = sample[at] as number
    })
  }
  return samples.map((column, at) => estimate(values[at] as number, column, level))
}

function estimate(value: number, samples: Float64Array, level: number): Estimate {
  if (!Number.isFinite(value)) return { value: null, low: null, high: null }
  const defined = samples.filter(sample => Number.isFinite(sample)).sort()
  if (defined.length * 2 <= samples.length) return { value, low: null, high: null }
  return { value, low: quantile(defined, (1 - level) / 2), high: quantile(defined, (1 + level) / 2) }
}

/** Linear between order statistics: R's type 7. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below] as number
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number
  return low + (position - below) * (high - low)
}

function groupIndices(groups: readonly string[]): Int32Array {
  const known = new Map<string, number>()
  return Int32Array.from(groups, group => {
    const index = known.get(group) ?? known.size
    known.set(group, index)
    return index
  })
}
