import { column } from '../../tables/column.ts'

/** What predict reads: one embedding a row. */
export const predictInput = {
  image_id: column('text', 'the image'),
  embedding: column('vector', 'its features'),
} as const

/** What predict makes of it. */
export const predictOutput = {
  image_id: column('text', 'the image'),
  probabilities: column('vector', 'one probability for each label of the head, in its order'),
} as const
