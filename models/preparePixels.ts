import type { ModelInput } from './ModelManifest.ts'

/** Turns uint8 RGB pixels [N, height, width, 3] into the values a model's input takes, [count, ...] row-major. */
export type PreparePixels = (pixels: Uint8Array, count: number) => Uint8Array | Float32Array

/**
 * Layout, channel order and normalisation of an input as a function. A model that takes the pixels as they are gets them
 * without a copy.
 */
export function preparePixels(input: ModelInput): PreparePixels {
  const { height, width, layout, dtype, channels, mean, scale } = input
  const area = height * width
  const perImage = area * 3
  const normalized = mean.some(value => value !== 0) || scale.some(value => value !== 1)
  if (layout === 'nhwc' && dtype === 'uint8' && channels === 'rgb' && !normalized) {
    return (pixels, count) => pixels.subarray(0, count * perImage)
  }

  const [stride, plane] = layout === 'nhwc' ? [3, 1] : [1, area]
  return (pixels, count) => {
    const size = count * perImage
    const values = dtype === 'uint8' ? new Uint8Array(size) : new Float32Array(size)
    for (let channel = 0; channel < 3; channel++) {
      const from = channels === 'rgb' ? channel : 2 - channel
      const [offset, factor] = [mean[channel] as number, scale[channel] as number]
      for (let image = 0; image < count; image++) {
        let source = image * perImage + from
        let target = image * perImage + channel * plane
        for (let pixel = 0; pixel < area; pixel++) {
          values[target] = ((pixels[source] as number) - offset) * factor
          source += 3
          target += stride
        }
      }
    }
    return values
  }
}
