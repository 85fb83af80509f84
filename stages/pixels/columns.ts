import { column, nullable } from '../../tables/column.ts'

/** What pixels reads: one origin a row. */
export const pixelsInput = {
  origin: column('text', 'URI of the bytes'),
} as const

/**
 * What pixels makes of it: the fields of Spark's image schema, in its order, and the reason where there are no pixels. Spark's column is
 * `struct(origin, height, width, nChannels, mode, data)`.
 */
export const pixelsOutput = {
  origin: column('text', 'URI of the bytes'),
  height: column('int32', 'rows of pixels; -1 where there are none'),
  width: column('int32', 'pixels of a row; -1 where there are none'),
  nChannels: column('int32', '1, 3 or 4; -1 where there are no pixels'),
  mode: column('int32', 'OpenCV type: 0 CV_8UC1, 16 CV_8UC3, 24 CV_8UC4; -1 where there are no pixels'),
  data: column('binary', 'height x width x nChannels bytes, row by row: gray, BGR or BGRA'),
  code: nullable('text', 'reason code; null where there are pixels'),
  message: nullable('text', 'what was said, for people'),
} as const
