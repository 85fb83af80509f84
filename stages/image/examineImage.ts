import { avifHeader } from './avifHeader.ts'
import { gifHeader } from './gifHeader.ts'
import type { ImageHeader } from './ImageHeader.ts'
import type { ImageProblem, ImageProblemCode } from './imageProblem.ts'
import { jpegHeader } from './jpegHeader.ts'
import type { DecodeLimits } from './limits.ts'
import { pngHeader } from './pngHeader.ts'
import {
  isReadable,
  isRefusedImage,
  type ReadableFormat,
  type SniffedFormat,
  sniffFormat,
} from './sniffFormat.ts'
import { tiffHeader } from './tiffHeader.ts'
import { webpHeader } from './webpHeader.ts'

/** What the bytes say of themselves, and the first reason found not to decode them. */
export type Examination =
  | {
      readonly format: SniffedFormat | null
      readonly header: ImageHeader | null
      readonly problem: ImageProblem
    }
  | { readonly format: ReadableFormat; readonly header: ImageHeader; readonly problem: null }

/**
 * Looks at bytes without decoding a pixel, in time linear in their number and memory that does not depend on it: what they are, and
 * whether they are within the limits by their own declaration. A 30000 x 30000 picture in 109 kB is refused here.
 */
export function examineImage(bytes: Uint8Array, limits: DecodeLimits): Examination {
  if (bytes.length === 0) return refused(null, null, 'empty_file', 'the file has 0 bytes')
  if (bytes.length > limits.maxBytes)
    return refused(null, null, 'too_many_bytes', `${bytes.length} bytes, the limit is ${limits.maxBytes}`)
  const format = sniffFormat(bytes)
  if (!isReadable(format)) {
    if (isRefusedImage(format))
      return refused(format, null, 'unsupported_format', `the format ${format} is not read`)
    return refused(format, null, 'not_an_image', `the content is ${contentNames[format] ?? format}`)
  }
  const header = readHeader(bytes, format, limits.maxFrames + 1)
  const { height, width, frames, unsupported } = header
  if (unsupported !== undefined)
    return refused(format, header, 'unsupported_format', `${unsupported} is not read`)
  if (height !== null && width !== null && height * width > limits.maxPixels) {
    const megapixels = (count: number) => `${Math.round(count / 1e5) / 10} megapixels`
    const detail = `${width} x ${height} is ${megapixels(width * height)}, the limit is ${megapixels(limits.maxPixels)}`
    return refused(format, header, 'too_many_pixels', detail)
  }
  if (frames > limits.maxFrames) {
    const [code, noun] =
      format === 'tiff' ? (['multi_page', 'pages'] as const) : (['animated', 'frames'] as const)
    return refused(
      format,
      header,
      code,
      `more than ${limits.maxFrames} ${limits.maxFrames === 1 ? noun.slice(0, -1) : noun}`,
    )
  }
  return { format, header, problem: null }
}

const contentNames: Partial<Record<SniffedFormat, string>> = {
  pdf: 'a PDF document',
  zip: 'a ZIP archive',
  gzip: 'a gzip archive',
  html: 'an HTML page',
  xml: 'an XML document',
  mp4: 'a video (ISO media)',
  riff: 'a RIFF file (audio or video)',
  text: 'plain text',
  unknown: 'of no known image format',
}

function refused(
  format: SniffedFormat | null,
  header: ImageHeader | null,
  code: ImageProblemCode,
  detail: string,
): Examination {
  return { format, header, problem: { code, detail } }
}

function readHeader(bytes: Uint8Array, format: ReadableFormat, countTo: number): ImageHeader {
  switch (format) {
    case 'jpeg':
      return jpegHeader(bytes)
    case 'png':
      return pngHeader(bytes)
    case 'gif':
      return gifHeader(bytes, countTo)
    case 'webp':
      return webpHeader(bytes, countTo)
    case 'tiff':
      return tiffHeader(bytes, countTo)
    case 'avif':
      return avifHeader(bytes)
  }
}
