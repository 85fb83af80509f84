/** A picture as Spark's image schema holds it (org.apache.spark.ml.image.ImageSchema). */
export interface SparkImage {
  readonly height: number
  readonly width: number
  readonly nChannels: 1 | 3 | 4
  /** Type of OpenCV's matrices: see `openCvModes`. */
  readonly mode: number
  /** height x width x nChannels bytes, row by row: gray, BGR or BGRA. */
  readonly data: Uint8Array
}

/** OpenCV's numbers for matrices of 8-bit samples, by channels: CV_8UC1, CV_8UC3, CV_8UC4. */
export const openCvModes = { 1: 0, 3: 16, 4: 24 } as const
