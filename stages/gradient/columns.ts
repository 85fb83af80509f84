import { column, nullable } from '../../tables/column.ts'

/**
 * What gradient reads: rows of parts, the rows of one part together and in order. Of a part that the worker may still hold a single row
 * with nulls asks for it.
 */
export const gradientInput = {
  part: column('int32', 'number of the part that the row belongs to'),
  features: nullable('vector', 'the features; null asks for a part that is kept'),
  classes: nullable('vector', 'class of the row; for multilabel 1, 0 or -1 (not known) for each label'),
  weight: nullable('float32', 'weight of the row, positive or zero'),
  fold: nullable(
    'int32',
    'fold of a cross-validation in which the row is held out; null where there is none',
  ),
} as const

/** What gradient makes of them: one row for each part. */
export const gradientOutput = {
  part: column('int32', 'number of the part'),
  rows: column('int64', 'rows of the part; 0 where it was asked for and is not kept'),
  columns: column('int32', 'features of a row'),
  sums: nullable('binary', 'its partial sums, little-endian 64-bit floats; null where it is not kept'),
} as const
