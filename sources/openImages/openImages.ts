import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { userError } from '../../base/HubError.ts'
import { type Hierarchy, parseHierarchy, withDescendants } from '../hierarchy.ts'
import type { LabelReport } from '../labels/LabelReport.ts'
import { loadLabels } from '../labels/loadLabels.ts'
import type { Manifest, ManifestRow } from '../Manifest.ts'
import { select } from '../select.ts'
import { type FetchFileOptions, fetchFile } from './fetchFile.ts'
import { type OpenImagesLocationOptions, openImagesLocations } from './locations.ts'
import { type NamedClass, resolveClasses } from './resolveClasses.ts'

export interface OpenImagesOptions
  extends OpenImagesLocationOptions,
    Pick<FetchFileOptions, 'retry' | 'stallMilliseconds' | 'signal'> {
  readonly connection: DuckDBConnection
  /** The files are kept below it. */
  readonly cacheFolder: string
  /** Display names in any case, or class ids. */
  readonly classes: readonly string[]
  /** At most so many photos that show a class, for each class. */
  readonly limit: number
  /** At most so many photos verified not to show a class, for each class. @default as `limit` for a single class, else 0 */
  readonly negatives?: number
  /** Chooses other photos. @default 1 */
  readonly seed?: number
}

export interface OpenImagesSelection {
  readonly manifest: Manifest
  readonly classes: readonly (NamedClass & {
    /** Photos chosen that show the class, or one of its kinds. */
    readonly positives: number
    readonly negatives: number
  })[]
  readonly hierarchy: Hierarchy
  /** How the label file was read, before the selection. */
  readonly labels: LabelReport
}

const largestHierarchy = 16 * 2 ** 20 // bytes

/**
 * Photos and verified labels of the Open Images V7 validation set, by class. Downloads the class descriptions, the hierarchy and the
 * human-verified labels (about 25 MB, kept in `cacheFolder`), chooses photos by a seeded hash, each class alike, and leaves
 * `label_rows` with every verified label of the chosen photos, positives and negatives, and `class_names`, as `loadLabels` does.
 *
 * A photo of a kind (Taxi) is one of the wider class (Car): where only the kind was verified, a row with source `hierarchy` says so.
 * @throws HubError what `fetchFile`, `loadLabels`, `parseHierarchy` and `resolveClasses` throw; `bad_limit`; `nothing_to_read` where
 * no photo was verified for the classes
 */
export async function openImages(options: OpenImagesOptions): Promise<OpenImagesSelection> {
  const { connection, classes: names, limit, seed = 1 } = options
  if (!Number.isInteger(limit) || limit < 1)
    throw userError('bad_limit', `${limit} is no number of photos`, 'give a whole number from 1')
  const locations = openImagesLocations(options)
  const folder = join(options.cacheFolder, 'open-images')
  const get = (url: string, maxBytes?: number) =>
    fetchFile({ ...options, url, folder, ...(maxBytes !== undefined && { maxBytes }) })
  const files = {
    descriptions: await get(locations.classDescriptions),
    hierarchy: await get(locations.hierarchy, largestHierarchy),
    labels: await get(locations.labels),
  }
  const { labels, hierarchy, known } = await read(connection, files)
  const classes = resolveClasses(names, known)
  const negatives = options.negatives ?? (classes.length === 1 ? limit : 0)
  await selectPhotos(connection, { classes, hierarchy, limit, negatives, seed })
  const counts = await select<{ label: string; positives: number; negatives: number }>(
    connection,
    `SELECT class AS label, count_if(shown)::DOUBLE AS positives, count_if(NOT shown)::DOUBLE AS negatives
     FROM open_images_photos GROUP BY class`,
  )
  const photos = await select<{ reference: string }>(
    connection,
    'SELECT DISTINCT reference FROM open_images_photos ORDER BY reference',
  )
  await connection.run('DROP TABLE open_images_photos; DROP TABLE open_images_members')
  if (photos.length === 0)
    throw userError(
      'nothing_to_read',
      `no photo of the validation set was verified for ${classes.map(entry => entry.display_name).join(', ')}`,
      'name other or wider classes',
    )
  return {
    manifest: photoManifest(
      locations.photos,
      photos.map(({ reference }) => reference),
    ),
    classes: classes.map(entry => {
      const count = counts.find(({ label }) => label === entry.label)
      return { ...entry, positives: count?.positives ?? 0, negatives: count?.negatives ?? 0 }
    }),
    hierarchy,
    labels,
  }
}

/** Reads the three files; one that is damaged goes from the cache, so that the next run fetches it again. */
async function read(
  connection: DuckDBConnection,
  paths: { readonly descriptions: string; readonly hierarchy: string; readonly labels: string },
) {
  try {
    const hierarchy = parseHierarchy(await readFile(paths.hierarchy, 'utf8'))
    const labels = await loadLabels({
      connection,
      path: paths.labels,
      classDescriptions: paths.descriptions,
    })
    const known = await select<NamedClass>(connection, 'SELECT label, display_name FROM class_names')
    return { hierarchy, labels, known }
  } catch (error) {
    for (const path of Object.values(paths)) await rm(path, { force: true })
    throw error
  }
}

/** Makes `open_images_photos(class, reference, shown)` and leaves only the chosen photos in `label_rows`. */
async function selectPhotos(
  connection: DuckDBConnection,
  {
    classes,
    hierarchy,
    limit,
    negatives,
    seed,
  }: {
    readonly classes: readonly NamedClass[]
    readonly hierarchy: Hierarchy
    readonly limit: number
    readonly negatives: number
    readonly seed: number
  },
): Promise<void> {
  const members = classes.flatMap(({ label }) =>
    [...withDescendants([label], hierarchy.edges)].map(member => ({ class: label, member })),
  )
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE open_images_members AS
     SELECT entry.class, entry.member FROM (SELECT unnest(from_json($1, '[{"class": "VARCHAR", "member": "VARCHAR"}]')) AS entry)`,
    [JSON.stringify(members)],
  )
  // md5 in place of DuckDB's hash(): the same photos with every version. An id becomes part of an address: only 16 hex digits.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE open_images_photos AS
     WITH shown AS (
       SELECT DISTINCT class, reference FROM label_rows JOIN open_images_members ON label = member WHERE confidence = 1
     ), denied AS (
       SELECT DISTINCT class, reference FROM label_rows JOIN open_images_members ON label = class WHERE confidence = 0
     )
     SELECT class, reference, shown
     FROM (SELECT *, true AS shown FROM shown UNION ALL SELECT *, false FROM denied ANTI JOIN shown USING (class, reference))
     WHERE regexp_full_match(reference, '[0-9a-f]{16}')
     QUALIFY row_number() OVER (PARTITION BY class, shown ORDER BY md5(concat_ws(' ', $1::VARCHAR, class, reference)))
       <= CASE WHEN shown THEN $2::INTEGER ELSE $3::INTEGER END`,
    [String(seed), limit, negatives],
  )
  await connection.run(
    `DELETE FROM label_rows WHERE reference NOT IN (SELECT reference FROM open_images_photos);
     INSERT INTO label_rows
     SELECT DISTINCT row.reference, member.class, name.display_name, 'hierarchy', 1.0, false
     FROM label_rows AS row JOIN open_images_members AS member ON row.label = member.member JOIN class_names AS name ON name.label = member.class
     WHERE row.confidence = 1 AND NOT EXISTS (
       FROM label_rows AS direct WHERE direct.reference = row.reference AND direct.label = member.class
     )`,
  )
}

function photoManifest(root: string, ids: readonly string[]): Manifest {
  async function* rows(): AsyncGenerator<ManifestRow> {
    for (const id of ids)
      yield {
        origin: `${root}/${id}.jpg`,
        bytes: null,
        etag: null,
        modified_at: null,
        supplier_id: null,
        submission_id: null,
      }
  }
  return { rows: rows(), report: { candidates: ids.length, bytes: 0, skipped: {} }, root }
}
