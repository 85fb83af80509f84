/** A picture of 8-bit RGB. */
export interface RgbPixels {
  /** height x width x 3 bytes, interleaved, row by row. */
  readonly data: Uint8Array
  readonly height: number
  readonly width: number
}
