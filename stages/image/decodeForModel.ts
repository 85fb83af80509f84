import { decodeImage, isProblem } from './decodeImage.ts'
import { examineImage } from './examineImage.ts'
import { problemError } from './imageProblem.ts'
import { type DecodeLimits, defaultDecodeLimits } from './limits.ts'
import { resampleBilinear } from './resampleBilinear.ts'

export interface DecodeForModelOptions {
  /** Pixels of the model's input. */
  readonly height: number
  readonly width: number
  /** @default defaultDecodeLimits */
  readonly limits?: DecodeLimits
}

/**
 * Any readable image as a model takes it: height x width x 3 bytes, RGB, interleaved. The EXIF orientation is applied, the picture
 * stretched to the size with an antialiased bilinear kernel, gray, CMYK and 16-bit samples brought to 8-bit RGB. Transparency is laid on
 * white, as whoever labelled the picture saw it; Keras and Pillow drop it and show the colours hidden below.
 * @throws HubError with the code of an `ImageProblem`.
 */
export async function decodeForModel(
  bytes: Uint8Array,
  { height, width, limits = defaultDecodeLimits }: DecodeForModelOptions,
): Promise<Uint8Array> {
  const examined = examineImage(bytes, limits)
  if (examined.problem !== null) throw problemError(examined.problem)
  // Where a side grows, libvips' resize shifts the picture by half a pixel: embeddings of cosine .983 in place of .9999.
  const grows = Math.min(examined.header.height ?? 0, examined.header.width ?? 0) < Math.max(height, width)
  // JPEG's own downscaling saves up to a quarter of the time at the same embeddings (cosine .99994 to Pillow's bilinear pixels with and
  // without). WebP's is coarse: the mean difference to Pillow's pixels rises from 0.2 to 1.1 of 255.
  const fastShrinkOnLoad = examined.format === 'jpeg'
  const decoded = await decodeImage(bytes, examined, limits, image => {
    const upright = image.autoOrient()
    const sized = grows
      ? upright
      : upright.resize(width, height, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad })
    return sized.flatten({ background: 'white' }).toColourspace('srgb')
  })
  if (isProblem(decoded)) throw problemError(decoded)
  if (!grows) return decoded.data
  const { data, info } = decoded
  return resampleBilinear({ data, height: info.height, width: info.width }, { height, width })
}
