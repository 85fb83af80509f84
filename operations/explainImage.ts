import { userError } from '../base/HubError.ts'
import type { Catalog, ResultRow } from '../catalog/Catalog.ts'

/** All that a hub knows of one image. */
export interface ImageLife {
  readonly image_id: string | null
  /** Every origin that holds it, each with its verdict. */
  readonly images: readonly ResultRow[]
  readonly quality: readonly ResultRow[]
  readonly labels: readonly ResultRow[]
  readonly embeddings: readonly ResultRow[]
  readonly splits: readonly ResultRow[]
  readonly predictions: readonly ResultRow[]
  readonly failures: readonly ResultRow[]
  /** The runs that wrote any of it. */
  readonly runs: readonly ResultRow[]
}

const mostCandidates = 10

/**
 * The life of one image: where it came from, what was measured, judged, said and predicted of it, by which runs.
 * @param image an image id, the start of a SHA-256, an origin, or the end of one (a file name)
 * @throws HubError `unknown_image`, or `ambiguous_image` with the candidates
 */
export async function explainImage(catalog: Catalog, image: string): Promise<ImageLife> {
  const key = await resolveImage(catalog, image)
  const rows = async (sql: string) => (await catalog.query(sql, key)).rows
  const images = await rows(
    'SELECT * FROM images WHERE (image_id = $id) OR ($id IS NULL AND origin = $origin) ORDER BY origin',
  )
  const quality = await rows('SELECT * FROM quality WHERE image_id = $id AND $origin IS NOT NULL')
  const labels = await rows(
    `SELECT label, coalesce(display_name, label) AS display_name, source, confidence, annotations.run_id
     FROM annotations LEFT JOIN classes USING (label) WHERE image_id = $id AND $origin IS NOT NULL ORDER BY confidence DESC, label`,
  )
  const embeddings = await rows(
    'SELECT model_id, model_sha256, len(embedding) AS dimensions, run_id FROM embeddings WHERE image_id = $id AND $origin IS NOT NULL ORDER BY model_id',
  )
  const splits = await rows(
    'SELECT head_id, split, run_id FROM splits WHERE image_id = $id AND $origin IS NOT NULL ORDER BY head_id',
  )
  const predictions = await rows(
    `SELECT head_id, label, coalesce(display_name, label) AS display_name, probability, rank, predictions.run_id
     FROM predictions LEFT JOIN classes USING (label) WHERE image_id = $id AND $origin IS NOT NULL ORDER BY head_id, rank`,
  )
  const failures = await rows(
    'SELECT stage, code, message, run_id FROM failures WHERE origin = $origin OR image_id = $id ORDER BY run_id',
  )
  const wrote = new Set(
    [...images, ...quality, ...labels, ...embeddings, ...splits, ...predictions, ...failures].map(row =>
      String(row.run_id),
    ),
  )
  const runs = (
    await catalog.query(
      'SELECT run_id, command, state, started_at, code_version FROM runs WHERE list_contains($ids, run_id) ORDER BY run_id',
      {
        ids: [...wrote],
      },
    )
  ).rows
  return { image_id: key.id, images, quality, labels, embeddings, splits, predictions, failures, runs }
}

async function resolveImage(catalog: Catalog, image: string): Promise<{ id: string | null; origin: string }> {
  const { rows } = await catalog.query(
    `SELECT image_id, min(origin) AS origin, min(rule) AS rule FROM (
       SELECT image_id, origin, CASE
         WHEN image_id = lower($image) OR origin = $image THEN 1
         WHEN length($image) >= 6 AND starts_with(sha256, lower($image)) THEN 2
         WHEN ends_with(origin, '/' || $image) THEN 3
       END AS rule FROM images
     ) WHERE rule IS NOT NULL
     GROUP BY image_id, CASE WHEN image_id IS NULL THEN origin END
     QUALIFY min(rule) = min(min(rule)) OVER () ORDER BY origin LIMIT ${mostCandidates + 1}`,
    { image },
  )
  const [found, ...others] = rows
  if (found === undefined)
    throw userError(
      'unknown_image',
      `the hub has no image ${image}`,
      'name an image id, an origin, a file name or the start of a SHA-256: imagehub sql "SELECT image_id, origin FROM images" lists them',
    )
  if (others.length > 0)
    throw userError(
      'ambiguous_image',
      `${others.length >= mostCandidates ? `more than ${mostCandidates}` : rows.length} images fit ${image}`,
      `name one: ${rows
        .slice(0, mostCandidates)
        .map(row => (row.image_id === null ? row.origin : `${row.image_id} (${row.origin})`))
        .join(', ')}`,
    )
  return { id: found.image_id as string | null, origin: String(found.origin) }
}
