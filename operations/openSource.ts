import { access, readFile } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { type ClassEdge, parseHierarchy } from '../sources/hierarchy.ts'
import { classFilesBeside } from '../sources/labels/classDescriptions.ts'
import { folderLabels } from '../sources/labels/folderLabels.ts'
import type { LabelReport } from '../sources/labels/LabelReport.ts'
import { loadLabels } from '../sources/labels/loadLabels.ts'
import { localFile } from '../sources/localFile.ts'
import type { Manifest } from '../sources/Manifest.ts'
import { openImages } from '../sources/openImages/openImages.ts'
import { openManifest } from '../sources/openManifest.ts'
import { naming } from '../storage/fileError.ts'
import { parseLocation } from '../storage/location.ts'
import { openStorage, type StorageOptions } from '../storage/openStorage.ts'
import type { IngestSource, LabelSource } from './IngestSource.ts'
import { photoStorage } from './photoAccess.ts'

/** A source made ready: its manifest, and its labels once the images are known. */
export interface OpenSource {
  readonly manifest: Manifest
  /** How the origins are reached. */
  readonly storage: StorageOptions
  /** Makes the tables `label_rows` and `class_names`; null where no labels were asked for. @param images relation with `origin` */
  readonly labels: ((images: string) => Promise<LabelReport>) | null
  readonly edges: readonly ClassEdge[]
}

export interface OpenSourceOptions {
  readonly connection: DuckDBConnection
  readonly source: IngestSource
  readonly labels: LabelSource | null
  /** URI of the hub, which may lie inside the folder that is read. */
  readonly hubRoot: string
  readonly cacheFolder: string
  readonly supplierId?: string
  readonly submissionId?: string
  readonly signal: AbortSignal
  readonly onNote: (line: string) => void
}

/** @throws HubError of the source: `not_found`, `nothing_to_read`, `missing_column`, `network_unreachable`, ... */
export async function openSource(options: OpenSourceOptions): Promise<OpenSource> {
  const { connection, source, signal } = options
  const storage = photoStorage(source)
  if (source.kind === 'open_images') {
    const chosen = await openImages({ connection, ...source, cacheFolder: options.cacheFolder, signal })
    for (const { display_name, positives, negatives } of chosen.classes)
      options.onNote(`${display_name}: ${positives} photos that show it, ${negatives} verified without it`)
    return {
      manifest: chosen.manifest,
      storage,
      labels: async () => chosen.labels,
      edges: chosen.hierarchy.edges,
    }
  }
  const from = source.kind === 'folder' ? source.uri : source.path
  const { edges, load } = await openLabels({ ...options, photos: { from, storage } })
  const below = `${openStorage(from).root}/`
  const manifest = await openManifest({
    from,
    connection,
    storage,
    exclude: options.hubRoot.startsWith(below) ? [`${options.hubRoot.slice(below.length)}/`] : [],
    signal,
    ...(source.kind === 'csv' && source.root !== undefined ? { root: source.root } : {}),
    ...(options.supplierId === undefined ? {} : { supplierId: options.supplierId }),
    ...(options.submissionId === undefined ? {} : { submissionId: options.submissionId }),
  })
  return { manifest, storage, labels: load === null ? null : images => load(images, manifest.root), edges }
}

interface LabelOptions {
  readonly connection: DuckDBConnection
  readonly labels: LabelSource | null
  readonly photos: { readonly from: string; readonly storage: StorageOptions }
}

interface OpenLabels {
  readonly edges: readonly ClassEdge[]
  readonly load: ((images: string, root: string | null) => Promise<LabelReport>) | null
}

async function openLabels({ connection, labels, photos }: LabelOptions): Promise<OpenLabels> {
  if (labels === null) return { edges: [], load: null }
  if (labels.kind === 'folder')
    return {
      edges: [],
      load: (images, root) => folderLabels({ connection, images, root: root ?? photos.from }),
    }
  // A file in the bucket of the photos is reached as they are, any other as the environment says.
  const local = (uri: string) => localFile(uri, bucketOf(uri) === bucketOf(photos.from) ? photos.storage : {})
  const path = await local(labels.path)
  await naming('read the label file', path, () => access(path))
  const beside =
    bucketOf(labels.path) === null ? await classFilesBeside(path) : { descriptions: null, hierarchy: null }
  const hierarchy = labels.hierarchy ?? beside.hierarchy
  const descriptions = labels.classDescriptions ?? beside.descriptions
  const { columns, separator } = labels
  // Read before the photos are: who mistyped a column hears of it at once.
  const report = await loadLabels({
    connection,
    path,
    classDescriptions: descriptions === null ? null : await local(descriptions),
    ...(columns === undefined ? {} : { columns }),
    ...(separator === undefined ? {} : { separator }),
  })
  return {
    edges: hierarchy === null ? [] : await readHierarchy(await local(hierarchy)),
    load: async () => report,
  }
}

async function readHierarchy(path: string): Promise<readonly ClassEdge[]> {
  return parseHierarchy(await naming('read the class hierarchy', path, () => readFile(path, 'utf8'))).edges
}

function bucketOf(uri: string): string | null {
  const location = parseLocation(uri)
  return location.scheme === 's3' ? location.bucket : null
}
