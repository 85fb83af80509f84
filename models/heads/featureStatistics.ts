import type { Features } from './Features.ts'

export interface FeatureStatistics {
  readonly mean: Float64Array
  /** 1 / standard deviation; 0 for a feature that never varies, whose coefficient then stays 0 as in MLlib. */
  readonly inverseDeviation: Float64Array
  readonly weightSum: number
}

/**
 * Weighted mean and unbiased standard deviation of every feature, over the rows of positive weight. The variance divides by
 * W - Σw²/W with W = Σw, as MLlib's Summarizer does; with weights of 1 that is n - 1.
 * Sums are of differences from the first such row, in one pass: exact zero for a constant feature, no cancellation for a distant mean.
 */
export function featureStatistics(
  { data, rows, columns }: Features,
  weights: Float32Array,
): FeatureStatistics {
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
  const freedom = weightSum - weightSquares / weightSum
  const mean = new Float64Array(columns)
  const inverseDeviation = new Float64Array(columns)
  for (let column = 0; column < columns; column++) {
    const shift = (sum[column] as number) / weightSum
    mean[column] = (origin[column] as number) + shift
    const variance = ((squares[column] as number) - shift * (sum[column] as number)) / freedom
    inverseDeviation[column] = variance > 0 ? 1 / Math.sqrt(variance) : 0
  }
  return { mean, inverseDeviation, weightSum }
}
