import sharp from 'sharp'
import { isReadable, sniffFormat } from '../../stages/image/sniffFormat.ts'
import type { Thumbnail } from '../ReportData.ts'

/** Pixels of the longer side. */
const longerSide = 176
/** Pixels decoded at most for a picture this small. */
const maximumPixels = 100_000_000
const maximumSeconds = 5
/** Bytes of one encoded thumbnail; noise that stays above becomes a placeholder. */
const maximumThumbnailBytes = 20_000

/**
 * A picture as it would look on a contact sheet: decoded as far as it goes, so that a truncated file shows what there is of it.
 * The bytes of the source never reach the page, only what sharp encodes anew. Never throws for the content of the bytes.
 */
export async function makeThumbnail(bytes: Uint8Array | null): Promise<Thumbnail> {
  if (bytes === null) return { kind: 'placeholder', because: 'the file is no longer there' }
  if (bytes.length === 0) return { kind: 'placeholder', because: 'no bytes' }
  const format = sniffFormat(bytes)
  // Only formats that the hub decodes anyway: no SVG interpreter, no rarely tested decoder.
  if (!isReadable(format)) return { kind: 'placeholder', because: formatNames[format] ?? `${format} file` }
  try {
    for (const quality of [74, 45]) {
      const { data, info } = await encode(bytes, quality)
      if (data.length <= maximumThumbnailBytes)
        return {
          kind: 'picture',
          uri: `data:image/webp;base64,${data.toString('base64')}`,
          width: info.width,
          height: info.height,
        }
    }
    return { kind: 'placeholder', because: 'too noisy for a small picture' }
  } catch (error) {
    return { kind: 'placeholder', because: explain(error) }
  }
}

function encode(bytes: Uint8Array, quality: number) {
  return sharp(bytes, { failOn: 'none', limitInputPixels: maximumPixels, pages: 1, sequentialRead: true })
    .rotate()
    .resize(longerSide, longerSide, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .webp({ quality, effort: 4 })
    .timeout({ seconds: maximumSeconds })
    .toBuffer({ resolveWithObject: true })
}

const formatNames: Readonly<Record<string, string>> = {
  unknown: 'no image format',
  html: 'a web page',
  text: 'plain text',
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (/pixel limit|exceeds/i.test(message)) return 'too many pixels to draw'
  if (/timeout/i.test(message)) return 'too slow to decode'
  return 'cannot be decoded'
}
