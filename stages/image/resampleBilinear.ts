import type { RgbPixels } from './RgbPixels.ts'

const channels = 3

/**
 * Stretches a picture with an antialiased triangle filter: each output pixel is the weighted mean of the inputs around its own centre,
 * over one input pixel to each side, or over as many as fall on an output pixel where the picture shrinks. Rows first, then columns,
 * rounded to 8 bits in between: Pillow's `Image.BILINEAR` to within one grey level
 * (https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters).
 */
export function resampleBilinear(
  { data, height, width }: RgbPixels,
  to: Omit<RgbPixels, 'data'>,
): Uint8Array {
  const across = filterTaps(width, to.width)
  const down = filterTaps(height, to.height)
  const narrowed = new Uint8ClampedArray(height * to.width * channels)
  for (let row = 0; row < height; row++)
    weigh({
      data,
      from: row * width * channels,
      step: channels,
      taps: across,
      into: narrowed,
      to: row * to.width * channels,
      stride: channels,
      lanes: channels,
    })
  const result = new Uint8ClampedArray(to.height * to.width * channels)
  const rowBytes = to.width * channels
  weigh({
    data: narrowed,
    from: 0,
    step: rowBytes,
    taps: down,
    into: result,
    to: 0,
    stride: rowBytes,
    lanes: rowBytes,
  })
  return new Uint8Array(result.buffer)
}

interface FilterTaps {
  /** First input of each output. */
  readonly first: Int32Array
  /** Inputs of each output. */
  readonly count: Int32Array
  /** `most` weights for each output, summing to 1. */
  readonly weights: Float64Array
  readonly most: number
}

function filterTaps(inputs: number, outputs: number): FilterTaps {
  const scale = inputs / outputs
  const support = Math.max(scale, 1)
  const most = 2 * Math.ceil(support) + 1
  const first = new Int32Array(outputs)
  const count = new Int32Array(outputs)
  const weights = new Float64Array(outputs * most)
  for (let output = 0; output < outputs; output++) {
    const centre = (output + 0.5) * scale
    const start = Math.max(0, Math.floor(centre - support + 0.5))
    const end = Math.min(inputs, Math.floor(centre + support + 0.5))
    const own = Array.from({ length: end - start }, (_, index) =>
      Math.max(0, 1 - Math.abs((start + index + 0.5 - centre) / support)),
    )
    const sum = own.reduce((total, weight) => total + weight, 0)
    first[output] = start
    count[output] = own.length
    weights.set(
      own.map(weight => weight / sum),
      output * most,
    )
  }
  return { first, count, weights, most }
}

interface Weighing {
  readonly data: Uint8Array | Uint8ClampedArray
  /** Offset of the first input, and from one input to the next. */
  readonly from: number
  readonly step: number
  readonly taps: FilterTaps
  readonly into: Uint8ClampedArray
  /** Offset of the first output, and from one output to the next. */
  readonly to: number
  readonly stride: number
  /** Neighbouring samples that are weighed alike. */
  readonly lanes: number
}

function weigh({ data, from, step, taps, into, to, stride, lanes }: Weighing): void {
  const { first, count, weights, most } = taps
  const sums = new Float64Array(lanes)
  for (let output = 0; output < first.length; output++) {
    sums.fill(0)
    const start = first[output] as number
    for (let tap = 0; tap < (count[output] as number); tap++) {
      const weight = weights[output * most + tap] as number
      const input = from + (start + tap) * step
      for (let lane = 0; lane < lanes; lane++)
        sums[lane] = (sums[lane] as number) + weight * (data[input + lane] as number)
    }
    // A clamped array rounds to the nearest.
    into.set(sums, to + output * stride)
  }
}
