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
}
