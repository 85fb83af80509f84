import type { DuckDBConnection } from '@duckdb/node-api'
import { userError } from '../../base/HubError.ts'
import type { Hierarchy } from '../hierarchy.ts'
import type { LabelReport } from '../labels/LabelReport.ts'
import type { Manifest } from '../Manifest.ts'
import { type DownloadOptions, download } from './download.ts'
import { type OpenImagesLocationOptions, openImagesLocations } from './locations.ts'
import type { NamedClass } from './resolveClasses.ts'

export interface OpenImagesOptions
  extends OpenImagesLocationOptions,
    Pick<DownloadOptions, 'cache' | 'retryWaits' | 'stallTimeout' | 'onProgress' | 'signal'> {
  readonly connection: DuckDBConnection
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

const _largestHierarchy = 16 * 2 ** 20 // bytes

/**
 * Photos and verified labels of the Open Images V7 validation set, by class. Downloads the class descriptions, the hierarchy and the
 * human-verified labels (about 25 MB, kept in `cache`), chooses photos by a seeded hash, each class alike, and leaves
 * `label_rows` with every verified label of the chosen photos, positives and negatives, and `class_names`, as `loadLabels` does.
 *
 * A photo of a kind (Taxi) is one of the wider class (Car): where only the kind was verified, a row with source `hierarchy` says so.
 * @throws HubError what `download`, `loadLabels`, `parseHierarchy` and `resolveClasses` throw; `bad_limit`; `nothing_to_read` where
 * no photo was verified for the classes
 */
export async function openImages(options: OpenImagesOptions): Promise<OpenImagesSelection> {
  const { connection, classes: names, limit, seed = 1 } = options
  if (!Number.isInteger(limit) || limit < 1)
    throw userError('bad_limit', `${limit} is no number of photos`, 'give a whole number from 1')
  const locations = openImagesLocations(options)
  const [_classDescriptions, _hierarchyFile, _labelFile] = await Promise.all(
    [locations.classDescriptions, locations.hierarchy, locations.labels].map(url =>
      download({ ...options, url }),
    ),
  )
}
