import type { Features } from './Features.ts'

export interface FeatureStatistics {
  readonly mean: Float64Array
  /** 1 / standard deviation; 0 for a feature that never varies, whose coefficient then stays 0 as in MLlib. */
  readonly inverseDeviation: Float64Array
  readonly weightSum: number
}

/**
 * Sums that the statistics of every feature follow from, over some of the rows. W = Σw; those of two sets of rows add up to those of
 * both: `mergeMoments`.
 */
export interface FeatureMoments {
  readonly weightSum: number
  /** Σw² */
  readonly weightSquares: number
  readonly mean: Float64Array
  /** Σw·(x - mean)² */
  readonly squares: Float64Array
}

/**
 * Moments over the rows of positive weight. Sums are of differences from the first such row, in one pass: exact zero for a constant
 * feature, no cancellation for a distant mean.
 */
export function featureMoments({ data, rows, columns }: Features, weights: Float32Array): FeatureMoments {
  const sum = new Float64Array(columns)
  const squares = new Float64Array(columns)
  const origin = new Float64Array(columns)
  let weightSum = 0
  let weightSquares = 0
  for (let row = 0; row < rows; row++) {
    const weight = weights[row] as number
    if (weight === 0) continue
    const offset = row * columns
    if (weightSum === 0) origin.set(data.subarray(offset, offset + columns))
    weightSum += weight
    weightSquares += weight * weight
    for (let column = 0; column < columns; column++) {
      const difference = (data[offset + column] as number) - (origin[column] as number)
      const weighted = weight * difference
      sum[column] = (sum[column] as number) + weighted
      squares[column] = (squares[column] as number) + weighted * difference
    }
  }
  const mean = new Float64Array(columns)
  if (weightSum === 0) return { weightSum, weightSquares, mean, squares }
  for (let column = 0; column < columns; column++) {
    const shift = (sum[column] as number) / weightSum
    mean[column] = (origin[column] as number) + shift
    squares[column] = (squares[column] as number) - shift * (sum[column] as number)
  }
  return { weightSum, weightSquares, mean, squares }
}

/** Moments of the rows of both (Chan, Golub and LeVeque 1983): exact zero stays exact zero. */
export function mergeMoments(a: FeatureMoments, b: FeatureMoments): FeatureMoments {
  if (a.weightSum === 0) return b
  if (b.weightSum === 0) return a
  const weightSum = a.weightSum + b.weightSum
  const share = b.weightSum / weightSum
  const mean = new Float64Array(a.mean.length)
  const squares = new Float64Array(a.mean.length)
  for (let column = 0; column < mean.length; column++) {
    const difference = (b.mean[column] as number) - (a.mean[column] as number)
    mean[column] = (a.mean[column] as number) + difference * share
    squares[column] =
      (a.squares[column] as number) +
      (b.squares[column] as number) +
      difference * difference * a.weightSum * share
  }
  return { weightSum, weightSquares: a.weightSquares + b.weightSquares, mean, squares }
}

/**
 * Weighted mean and unbiased standard deviation of every feature. The variance divides by W - Σw²/W, as MLlib's Summarizer does; with
 * weights of 1 that is n - 1.
 */
export function statisticsOf({ weightSum, weightSquares, mean, squares }: FeatureMoments): FeatureStatistics {
  const freedom = weightSum - weightSquares / weightSum
  const inverseDeviation = squares.map(square => (square / freedom > 0 ? 1 / Math.sqrt(square / freedom) : 0))
  return { mean, inverseDeviation, weightSum }
}

/** `statisticsOf` the moments of all rows. */
export function featureStatistics(features: Features, weights: Float32Array): FeatureStatistics {
  return statisticsOf(featureMoments(features, weights))
}
