import type { DuckDBConnection } from '@duckdb/node-api'
import type { Cases } from '../Cases.ts'
import { countRows } from '../select.ts'
import { cases } from './cases.ts'
import { pathKeySql, relativePathSql } from './imageKeys.ts'

export interface MatchLabelsOptions {
  readonly connection: DuckDBConnection
  /** Name of a table or view with the columns `origin` and `image_id` (NULL where no byte could be read). */
  readonly images: string
  /** URI of the folder that paths in the labels are relative to; null where there is none. */
  readonly root: string | null
}

/** Counts are of references: the different images that the labels name. */
export interface MatchReport {
  readonly matched: number
  /** Name no image that is there. */
  readonly absent: Cases
  /** Fit several different images and none of them exactly. */
  readonly ambiguous: Cases
  /** Name an image that could not be read. */
  readonly unreadable: Cases
  /** Rows of `matched_labels`. */
  readonly labels: number
  /** Images without any label. */
  readonly unlabelled: Cases
}

const deepest = 32 // trailing parts of a path that take part in the match

/**
 * Joins `label_rows` to images: makes the temporary table `matched_labels(image_id, label, display_name, source, confidence)`, one
 * row for each image, label and source.
 *
 * A reference means, and the first rule that finds an image decides: the origin's URI; the image id (16 hex digits); the path
 * relative to the root; the end of exactly one image's path (`rose/1.jpg`, `1.jpg`); a longer path that ends with an image's whole
 * relative path (the file was written elsewhere); the file name without its extension, of exactly one image.
 */
export async function matchLabels({ connection, images, root }: MatchLabelsOptions): Promise<MatchReport> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE label_images AS
     SELECT origin, image_id, coalesce(image_id, origin) AS identity, path, string_split(path, '/')[-${deepest}:] AS parts
     FROM (SELECT DISTINCT origin, image_id, ${relativePathSql('origin', '$1')} AS path FROM ${images})`,
    [root ?? 'none:'],
  )
  await connection.run(matching)
  const references = (verdict: string) =>
    cases(connection, 'reference', `label_matches WHERE verdict = '${verdict}'`)
  const report = {
    matched: await countRows(connection, "label_matches WHERE verdict = 'matched'"),
    absent: await references('absent'),
    ambiguous: await references('ambiguous'),
    unreadable: await references('unreadable'),
    labels: await countRows(connection, 'matched_labels'),
    unlabelled: await cases(
      connection,
      'origin',
      'label_images ANTI JOIN matched_labels USING (image_id) WHERE image_id IS NOT NULL',
    ),
  }
  await connection.run('DROP TABLE label_images; DROP TABLE label_matches')
  return report
}

const matching = `
CREATE OR REPLACE TEMP TABLE label_matches AS
WITH named AS (
  SELECT reference, ${pathKeySql('reference')} AS key, string_split(${pathKeySql('reference')}, '/')[-${deepest}:] AS parts
  FROM (SELECT DISTINCT reference FROM label_rows)
), ends AS (
  SELECT identity, image_id, array_to_string(parts[start:], '/') AS key FROM label_images, unnest(range(2, len(parts) + 1)) AS each(start)
), found AS (
  SELECT reference, 1 AS rule, 0 AS weight, identity, image_id FROM named JOIN label_images ON reference = origin
  UNION ALL
  SELECT reference, 2, 0, identity, image_id FROM named JOIN label_images ON lower(reference) = image_id
  UNION ALL
  SELECT reference, 3, 0, identity, image_id FROM named JOIN label_images ON key = path
  UNION ALL
  SELECT reference, 4, 0, identity, image_id FROM named JOIN ends USING (key)
  UNION ALL
  SELECT reference, 5, start, identity, image_id
  FROM (SELECT reference, start, array_to_string(parts[start:], '/') AS key FROM named, unnest(range(2, len(parts) + 1)) AS each(start))
  JOIN label_images ON key = path
  UNION ALL
  SELECT reference, 6, 0, identity, image_id FROM named JOIN label_images ON key = regexp_replace(label_images.parts[-1], '(.)\\.[^.]*$', '\\1')
), decided AS (
  SELECT reference, count(DISTINCT identity) AS images, any_value(image_id) AS image_id
  FROM (FROM found QUALIFY rank() OVER (PARTITION BY reference ORDER BY rule, weight) = 1)
  GROUP BY reference
)
SELECT reference, CASE WHEN images IS NULL THEN 'absent' WHEN images > 1 THEN 'ambiguous'
  WHEN image_id IS NULL THEN 'unreadable' ELSE 'matched' END AS verdict, image_id
FROM named LEFT JOIN decided USING (reference);

CREATE OR REPLACE TEMP TABLE matched_labels AS
SELECT image_id, label, min(display_name) AS display_name, source, max(confidence) AS confidence
FROM label_rows JOIN label_matches USING (reference)
WHERE verdict = 'matched'
GROUP BY image_id, label, source`
