import type { Metadata, Sharp } from 'sharp'
import { decodeImage, isProblem, type RawImage, readMetadata, type Sound } from '../image/decodeImage.ts'
import { type ImageProblem, problemError } from '../image/imageProblem.ts'
import type { DecodeLimits } from '../image/limits.ts'
import { type GifFrame, gifFirstFrame } from './gifFirstFrame.ts'
import { openCvModes, type SparkImage } from './SparkImage.ts'

/** How a picture is brought to what javax.imageio makes of it. */
interface Conversion {
  readonly channels: 1 | 3 | 4
  readonly bits: 8 | 16
  /** javax.imageio applies the colour profiles of RGB JPEG and TIFF files alone. */
  readonly ignoreIcc: boolean
  readonly frame: GifFrame | undefined
}

/**
 * Pixels as Spark's image source gives them for the same bytes (ImageSchema.decode, which is javax.imageio's reader and one loop over
 * the pixels): the EXIF orientation is not applied, gray stays gray, of several frames or pages the first is taken. Equal to the byte for
 * PNG, GIF and JPEG; where a JPEG or TIFF has a colour profile within one step, since two versions of one engine apply it.
 *
 * Java's oddities are kept: opaque gray of less than 8 bits is a palette, so has three channels; alpha beside gray is dropped; of 16-bit gray
 * the low byte is taken, of 16-bit colour the nearest of 256 values.
 *
 * Spark also reads BMP, which is refused here, and knows no WebP, AVIF or BigTIFF, which come as BGR or BGRA. CMYK differs with the
 * version of Java.
 * @param examined what `examineImage` found: nothing against decoding
 * @throws HubError with the code of an `ImageProblem`, also for damage that Java fills with gray
 */
export async function decodeSparkImage(
  bytes: Uint8Array,
  examined: Sound,
  limits: DecodeLimits,
): Promise<SparkImage> {
  const metadata = sound(await readMetadata(bytes, examined, limits))
  const conversion = conversionOf(bytes, examined, metadata)
  const { channels, bits, ignoreIcc } = conversion
  const depth = bits === 16 ? 'ushort' : 'uchar'
  const raw = sound(
    await decodeImage(bytes, examined, limits, image => convert(image, conversion), { depth, ignoreIcc }),
  )
  const { height, width } = raw.info
  const data = channels === 1 ? grayOf(raw, bits) : bgrOf(raw, conversion)
  return { height, width, nChannels: channels, mode: openCvModes[channels], data }
}

function sound<T extends object>(result: T | ImageProblem): T {
  if (isProblem(result)) throw problemError(result as ImageProblem)
  return result as T
}

function conversionOf(bytes: Uint8Array, { format }: Sound, metadata: Metadata): Conversion {
  const isGray = metadata.space === 'b-w' || metadata.space === 'grey16'
  // PNG says the bits in its first chunk; libvips spreads gray of fewer over a byte.
  const fileBits = format === 'png' ? (bytes[24] ?? 8) : (metadata.bitsPerSample ?? 8)
  const bits = metadata.depth === 'ushort' ? 16 : 8
  const frame = format === 'gif' ? gifFirstFrame(bytes) : undefined
  const hasAlpha = frame === undefined ? metadata.hasAlpha : frame.transparent !== undefined
  const channels = isGray && (fileBits >= 8 || hasAlpha) ? 1 : hasAlpha ? 4 : 3
  const isManaged = (format === 'jpeg' || format === 'tiff') && channels !== 1
  return { channels, bits, ignoreIcc: !isManaged, frame }
}

function convert(image: Sharp, { channels, bits, frame }: Conversion): Sharp {
  const whole = frame === undefined ? image : image.extract(frame)
  if (channels === 1) return whole.toColourspace(bits === 16 ? 'grey16' : 'b-w')
  return whole.toColourspace(bits === 16 ? 'rgb16' : 'srgb')
}

function samplesOf({ data }: RawImage, bits: 8 | 16): Uint8Array | Uint16Array {
  if (bits === 8) return data
  return new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength))
}

function grayOf(raw: RawImage, bits: 8 | 16): Uint8Array {
  const samples = samplesOf(raw, bits)
  const { channels, height, width } = raw.info
  if (channels === 1 && bits === 8) return samples as Uint8Array
  // An array of bytes keeps the low byte of what it is given, as Java's cast does.
  const gray = new Uint8Array(height * width)
  for (let at = 0; at < gray.length; at++) gray[at] = samples[at * channels] as number
  return gray
}

function bgrOf(raw: RawImage, { channels, bits, frame }: Conversion): Uint8Array {
  const samples = samplesOf(raw, bits)
  const { channels: from, height, width } = raw.info
  const pixels = height * width
  const bgr = new Uint8Array(pixels * channels)
  const most = bits === 16 ? 65_535 : 255
  const byte = (value: number) => (bits === 8 ? value : Math.round((value * 255) / 65_535))
  for (let pixel = 0; pixel < pixels; pixel++) {
    const source = pixel * from
    const target = pixel * channels
    for (let channel = 0; channel < 3; channel++)
      // One or two channels: gray, and alpha.
      bgr[target + 2 - channel] = byte(samples[source + (from < 3 ? 0 : channel)] as number)
    if (channels !== 4) continue
    const alpha = from === 2 || from === 4 ? (samples[source + from - 1] as number) : most
    bgr[target + 3] = byte(alpha)
    if (alpha === 0 && frame?.transparent !== undefined) {
      const [red, green, blue] = frame.transparent
      bgr[target] = blue
      bgr[target + 1] = green
      bgr[target + 2] = red
    }
  }
  return bgr
}
