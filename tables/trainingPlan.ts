import { column, nullable } from './column.ts'

/** The images that one head is trained and judged on, as a table for its queries. Not kept in a hub. */
export const trainingPlan = {
  image_id: column('text', 'the image'),
  split: column('text', 'train or test'),
  position: column('int32', 'place among the images of its split in the order of their ids, from 0'),
  fold: nullable(
    'int32',
    'fold in which an image to train on is held out, from 0; null without a cross-validation',
  ),
  classes: column('vector', 'its class; for multilabel 1, 0 or -1 (not known) for each label'),
} as const
