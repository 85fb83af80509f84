import type { Metadata } from 'sharp'
import type { Row } from '../../tables/defineTable.ts'
import type { inspections } from '../../tables/inspections.ts'
import { decodeImage, isProblem, readMetadata, type Sound } from '../image/decodeImage.ts'
import { examineImage } from '../image/examineImage.ts'
import type { ImageProblem } from '../image/imageProblem.ts'
import type { DecodeLimits } from '../image/limits.ts'
import { readExif } from '../image/readExif.ts'
import { type Scores, scorePixels } from '../image/scorePixels.ts'

type FactColumn =
  | 'format'
  | 'height'
  | 'width'
  | 'n_channels'
  | 'mode'
  | 'exif_orientation'
  | 'captured_at'
  | 'latitude'
  | 'longitude'
  | keyof Scores

export type ImageFacts = Pick<Row<typeof inspections>, FactColumn>

/** Starts work when it may decode a picture of so many pixels. */
export type DecodeTurn = <T>(pixels: number, work: () => Promise<T>) => Promise<T>

/** The longer side, in pixels, of the copy that is scored: blur shows at this size, and scores of all resolutions compare. */
const scoredSide = 512

export const noFacts: ImageFacts = {
  format: null,
  height: null,
  width: null,
  n_channels: null,
  mode: null,
  exif_orientation: null,
  captured_at: null,
  latitude: null,
  longitude: null,
  sharpness: null,
  brightness: null,
  contrast: null,
  entropy: null,
  dark_fraction: null,
  bright_fraction: null,
  colorfulness: null,
}

/**
 * All that the bytes of one image tell: its facts, as far as they could be found, and the problem that stopped the search, if any.
 * The pixels are decoded once, down to `scoredSide`; the decoder still reads the whole file, so that damage anywhere shows. What is
 * refused by its header waits for no turn.
 */
export async function imageFacts(
  bytes: Uint8Array,
  limits: DecodeLimits,
  decodeTurn: DecodeTurn = (_, work) => work(),
): Promise<{ facts: ImageFacts; problem: ImageProblem | null }> {
  const examined = examineImage(bytes, limits)
  const declared: ImageFacts = {
    ...noFacts,
    format: examined.format === 'unknown' ? null : examined.format,
    height: asInt32(examined.header?.height),
    width: asInt32(examined.header?.width),
  }
  if (examined.problem !== null) return { facts: declared, problem: examined.problem }

  return decodeTurn((declared.height ?? 0) * (declared.width ?? 0), () =>
    decodedFacts(bytes, examined, limits, declared),
  )
}

async function decodedFacts(
  bytes: Uint8Array,
  examined: Sound,
  limits: DecodeLimits,
  declared: ImageFacts,
): Promise<{ facts: ImageFacts; problem: ImageProblem | null }> {
  const metadata = await readMetadata(bytes, examined, limits)
  if (isProblem(metadata)) return { facts: declared, problem: metadata }
  const facts = { ...declared, ...describe(metadata, bytes) }
  const decoded = await decodeImage(bytes, examined, limits, image =>
    image
      .resize(scoredSide, scoredSide, { fit: 'inside', withoutEnlargement: true, kernel: 'linear' })
      .flatten({ background: 'white' })
      .toColourspace('srgb'),
  )
  if (isProblem(decoded)) return { facts, problem: decoded }
  const { height, width } = decoded.info
  return { facts: { ...facts, ...scorePixels({ data: decoded.data, height, width }) }, problem: null }
}

/** A bomb may declare sides that no column takes. */
function asInt32(side: number | null | undefined): number | null {
  return side === undefined || side === null || side > 0x7fffffff ? null : side
}

function describe(metadata: Metadata, bytes: Uint8Array): Partial<ImageFacts> {
  const { channels, space, depth, hasAlpha, orientation, exif, format } = metadata
  const colours = space === 'cmyk' ? 'CMYK' : space === 'b-w' || space === 'grey16' ? 'L' : 'RGB'
  const position = format === 'tiff' ? readExif(bytes) : readExif(exif ?? Buffer.alloc(0))
  return {
    // Orientations 5 to 8 swap the sides.
    height: metadata.autoOrient.height,
    width: metadata.autoOrient.width,
    n_channels: channels,
    mode: `${colours}${hasAlpha ? 'A' : ''}${depth === 'ushort' ? ';16' : ''}`,
    exif_orientation: orientation !== undefined && orientation >= 1 && orientation <= 8 ? orientation : null,
    captured_at: position.capturedAt,
    latitude: position.latitude,
    longitude: position.longitude,
  }
}
