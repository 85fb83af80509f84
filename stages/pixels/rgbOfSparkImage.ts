import { userError } from '../../base/HubError.ts'
import type { RgbPixels } from '../image/RgbPixels.ts'
import { openCvModes } from './SparkImage.ts'

/** The fields of a row of Spark's image schema that say what the picture is. */
export interface SparkImageRow {
  readonly height: number
  readonly width: number
  readonly nChannels: number
  readonly mode: number
  readonly data: Uint8Array
}

/**
 * The picture of a row of Spark's image schema as 8-bit RGB, whoever wrote the row: gray in three equal channels, transparency laid on
 * white as `decodeForModel` does.
 * @throws HubError `no_pixels` for Spark's row of an image that could not be read, `bad_pixels` for a mode that the schema does not
 *   know or bytes that do not make height x width x nChannels
 */
export function rgbOfSparkImage({ height, width, nChannels, mode, data }: SparkImageRow): RgbPixels {
  if (mode === -1)
    throw userError('no_pixels', 'the row holds no picture (mode -1)', 'leave such rows out: WHERE mode >= 0')
  const known = nChannels === 1 || nChannels === 3 || nChannels === 4
  if (!known || openCvModes[nChannels] !== mode)
    throw userError(
      'bad_pixels',
      `mode ${mode} with ${nChannels} channels is no picture of 8-bit samples`,
      'allowed are mode 0 with 1 channel (gray), 16 with 3 (BGR) and 24 with 4 (BGRA)',
    )
  const isSize = Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0
  if (!isSize || data.length !== height * width * nChannels)
    throw userError(
      'bad_pixels',
      `${data.length} bytes do not make a picture of ${height} x ${width} pixels with ${nChannels} channels`,
      `${height} x ${width} x ${nChannels} bytes are needed`,
    )
  return { data: nChannels === 1 ? fromGray(data) : fromBgr(data, nChannels), height, width }
}

function fromGray(data: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(3 * data.length)
  for (let from = 0, to = 0; from < data.length; from++, to += 3)
    rgb[to] = rgb[to + 1] = rgb[to + 2] = data[from] as number
  return rgb
}

function fromBgr(data: Uint8Array, channels: 3 | 4): Uint8Array {
  const rgb = new Uint8Array((data.length / channels) * 3)
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    const alpha = channels === 4 ? (data[from + 3] as number) : 255
    for (let channel = 0; channel < 3; channel++) {
      const value = data[from + 2 - channel] as number
      rgb[to + channel] = alpha === 255 ? value : 255 + Math.round(((value - 255) * alpha) / 255)
    }
  }
  return rgb
}
