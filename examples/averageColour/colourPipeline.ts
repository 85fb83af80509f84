// In a project of your own: from 'imagehub'.
import { column, type Pipeline, tables } from '../../index.ts'
import averageColour, { photoColumns } from './averageColour.ts'

export const tintColumns = {
  tint: column('text', 'the strongest of the three colours'),
  photos: column('int64', 'how many have it'),
} as const

/** Accepted photos to their average colours, and how many are of which tint. */
export const colourPipeline: Pipeline<'colours' | 'tints'> = {
  name: 'average_colour',
  inputs: { images: tables.images.columns },
  steps: [
    {
      kind: 'query',
      name: 'accepted',
      sql: "SELECT image_id, origin FROM images WHERE verdict = 'accepted'",
      parameters: {},
      output: photoColumns,
    },
    {
      kind: 'stage',
      name: 'colours',
      stage: averageColour,
      input: 'accepted',
      params: {},
      identity: {},
      batchRows: 32,
    },
    {
      kind: 'query',
      name: 'tints',
      sql: `SELECT tint, count(*) AS photos FROM (
        SELECT CASE WHEN red >= green AND red >= blue THEN 'red' WHEN green >= blue THEN 'green' ELSE 'blue' END AS tint
        FROM colours WHERE problem IS NULL
      ) GROUP BY tint`,
      parameters: {},
      output: tintColumns,
    },
  ],
  outputs: { colours: 'colours', tints: 'tints' },
}
