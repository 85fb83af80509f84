import { z } from 'zod'

/** What one image may cost; whatever is above is refused before, or stopped while, it is decoded. */
export const decodeLimits = z.object({
  /** Bytes of the file. 64 MiB holds any camera JPEG and a 16-bit TIFF of 10 megapixels; each image in flight is held whole. */
  maxBytes: z
    .int()
    .positive()
    .default(64 * 2 ** 20),
  /** Width x height as declared. 100 megapixels is above every full-frame camera; interlaced files may need 8 bytes a pixel. */
  maxPixels: z.int().positive().default(100_000_000),
  /** Frames or pages. A labelled photo is one picture: with 1, animations and multi-page files are refused. */
  maxFrames: z.int().positive().default(1),
  /** Wall-clock seconds of one decode. The slowest honest file, a 100-megapixel AVIF, needs about 5 on one core. */
  seconds: z.number().positive().max(3600).default(20),
})

export type DecodeLimits = z.infer<typeof decodeLimits>

export const defaultDecodeLimits: DecodeLimits = decodeLimits.parse({})
