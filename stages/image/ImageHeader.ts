/** What a walk over the structure of a file tells before any decoder runs. */
export interface ImageHeader {
  /** Pixels as declared, before orientation; null where the walk does not tell. */
  readonly height: number | null
  readonly width: number | null
  /** Frames or pages, counted no further than asked for. */
  readonly frames: number
  /** The file ends before its own structure does. */
  readonly cut: boolean
  /** A variant that no decoder here reads, in words. */
  readonly unsupported?: string
  readonly jpeg?: JpegTraits
}

/** What is particular to JPEG and bears on how it is decoded. */
export interface JpegTraits {
  /** Scans refine one another: a cut file may look whole and be only coarse. */
  readonly progressive: boolean
  /** Where the last whole part ends: before a segment that the end of the file cuts. */
  readonly soundEnd: number
  /** Scans begun. With none, a decoder has nothing to start from. */
  readonly scans: number
  /** Odd values that a decoder warns of although no pixel is at stake: JFIF revision, Adobe transform, scan parameters. */
  readonly oddButHarmless: boolean
}
