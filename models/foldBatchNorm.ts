/** A convolution without bias and the batch normalisation behind it, as Keras keeps them. */
export interface ConvolutionWeights {
  /** Row-major [rows, columns, input channels, filters]. */
  readonly kernel: Float32Array
  /** Each of length filters; there is no gamma (`scale=False`). */
  readonly beta: Float32Array
  readonly movingMean: Float32Array
  readonly movingVariance: Float32Array
}

export interface FoldOptions {
  readonly rows: number
  readonly columns: number
  readonly inputChannels: number
  readonly filters: number
  /** Added to the variance. Keras Applications builds InceptionV3 with 1e-3. */
  readonly epsilon: number
  /** The convolution sees `x * scale + shift` of the value it is given. Exact without padding only. @default identity */
  readonly input?: { readonly scale: number; readonly shift: number }
}

/**
 * One convolution with bias that equals convolution and batch normalisation:
 * weights = kernel / sqrt(variance + epsilon), bias = beta - mean / sqrt(variance + epsilon).
 * @returns weights row-major [filters, input channels, rows, columns], as ONNX wants them, and bias [filters]; computed in float64.
 */
export function foldBatchNorm(
  { kernel, beta, movingMean, movingVariance }: ConvolutionWeights,
  { rows, columns, inputChannels, filters, epsilon, input = { scale: 1, shift: 0 } }: FoldOptions,
): { weights: Float32Array; bias: Float32Array } {
  const positions = rows * columns
  const weights = new Float32Array(kernel.length)
  const bias = new Float32Array(filters)
  const at = (values: Float32Array, index: number) => values[index] as number
  for (let filter = 0; filter < filters; filter++) {
    const factor = 1 / Math.sqrt(at(movingVariance, filter) + epsilon)
    let sum = 0
    for (let channel = 0; channel < inputChannels; channel++) {
      const target = (filter * inputChannels + channel) * positions
      for (let position = 0; position < positions; position++) {
        const weight = at(kernel, (position * inputChannels + channel) * filters + filter) * factor
        weights[target + position] = weight * input.scale
        sum += weight
      }
    }
    bias[filter] = at(beta, filter) - at(movingMean, filter) * factor + sum * input.shift
  }
  return { weights, bias }
}
