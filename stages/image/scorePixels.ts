import type { scores } from '../../tables/scores.ts'
import type { RgbPixels } from './RgbPixels.ts'

export type Scores = Readonly<Record<keyof typeof scores, number>>

/** Luma below which a pixel is dark, and above which it is bright, of 1. */
const darkLuma = 0.1
const brightLuma = 0.95

/** Rec. 709 luma weights (ITU-R BT.709-6, item 3.2) in 1/65536; they sum to 65536. */
const [redWeight, greenWeight, blueWeight] = [13933, 46871, 4732] as const

/**
 * The scores of one picture over 8-bit RGB, in two passes of whole-number arithmetic.
 *
 * - sharpness: variance of the 4-neighbour Laplacian of the luma (Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy,
 *   ICPR 2000), border left out. It depends on the size in pixels: bring all pictures to one size first.
 * - colorfulness: sigma + 0.3 mu of the opponents rg and yb (Hasler and Suesstrunk, Measuring colourfulness in natural images, 2003).
 */
export function scorePixels({ data, height, width }: RgbPixels): Scores {
  const count = height * width
  // Luma of 12 bits: fine enough that rounding adds nothing to the sharpness of a blurred picture.
  const luma = new Int16Array(count)
  const histogram = new Uint32Array(256)
  let [rgSum, rgSquares, ybSum, ybSquares] = [0, 0, 0, 0]
  for (let pixel = 0, at = 0; pixel < count; pixel++, at += 3) {
    const red = data[at] as number
    const green = data[at + 1] as number
    const blue = data[at + 2] as number
    const weighted = redWeight * red + greenWeight * green + blueWeight * blue
    luma[pixel] = (weighted + 2048) >> 12
    const bin = (weighted + 32768) >> 16
    histogram[bin] = (histogram[bin] as number) + 1
    const rg = red - green
    const yb = red + green - 2 * blue
    rgSum += rg
    rgSquares += rg * rg
    ybSum += yb
    ybSquares += yb * yb
  }
  const [rgMean, ybMean] = [rgSum / count, ybSum / 2 / count]
  const spread = rgSquares / count - rgMean ** 2 + (ybSquares / 4 / count - ybMean ** 2)
  return {
    sharpness: laplacianVariance(luma, height, width) / (255 * 16) ** 2,
    ...scoreHistogram(histogram, count),
    colorfulness: Math.sqrt(Math.max(0, spread)) + 0.3 * Math.hypot(rgMean, ybMean),
  }
}

/** 0 for pictures of fewer than 3 pixels either way, which have no inside. */
function laplacianVariance(luma: Int16Array, height: number, width: number): number {
  if (height < 3 || width < 3) return 0
  const count = (height - 2) * (width - 2)
  let [sum, squares] = [0, 0]
  for (let row = 1; row < height - 1; row++) {
    const end = (row + 1) * width - 1
    for (let at = row * width + 1; at < end; at++) {
      const value =
        (luma[at - 1] as number) +
        (luma[at + 1] as number) +
        (luma[at - width] as number) +
        (luma[at + width] as number) -
        4 * (luma[at] as number)
      sum += value
      squares += value * value
    }
  }
  return Math.max(0, squares / count - (sum / count) ** 2)
}

function scoreHistogram(histogram: Uint32Array, count: number): Omit<Scores, 'sharpness' | 'colorfulness'> {
  let [mean, squares, bits, dark, bright] = [0, 0, 0, 0, 0]
  histogram.forEach((pixels, bin) => {
    if (pixels === 0) return
    const [share, luma] = [pixels / count, bin / 255]
    mean += share * luma
    squares += share * luma * luma
    bits -= share * Math.log2(share)
    if (luma < darkLuma) dark += share
    if (luma > brightLuma) bright += share
  })
  return {
    brightness: mean,
    contrast: Math.sqrt(Math.max(0, squares - mean ** 2)),
    // Of a single bin, minus zero.
    entropy: Math.max(0, bits),
    dark_fraction: dark,
    bright_fraction: bright,
  }
}
