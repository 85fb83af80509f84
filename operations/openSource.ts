import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { systemCode, userError } from '../base/HubError.ts'
import { type ClassEdge, parseHierarchy } from '../sources/hierarchy.ts'
import { classFilesBeside } from '../sources/labels/classDescriptions.ts'
import { folderLabels } from '../sources/labels/folderLabels.ts'
import type { LabelReport } from '../sources/labels/LabelReport.ts'
import { loadLabels } from '../sources/labels/loadLabels.ts'
import type { Manifest } from '../sources/Manifest.ts'
import { manifestFromCsv } from '../sources/manifestFromCsv.ts'
import { manifestFromStorage } from '../sources/manifestFromStorage.ts'
import { openImages } from '../sources/openImages/openImages.ts'
import { openStorage, type StorageOptions } from '../storage/openStorage.ts'
import type { IngestSource, LabelSource } from './IngestSource.ts'

/** A source made ready: its manifest, and its labels once the images are known. */
export interface OpenSource extends AsyncDisposable {
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

/** @throws HubError of the source: `missing_folder`, `nothing_to_read`, `missing_column`, `network_unreachable`, ... */
export async function openSource(options: OpenSourceOptions): Promise<OpenSource> {
  const { connection, source, labels, signal } = options
  const supplier = {
    ...(options.supplierId === undefined ? {} : { supplierId: options.supplierId }),
    ...(options.submissionId === undefined ? {} : { submissionId: options.submissionId }),
  }
  if (source.kind === 'open_images') {
    const chosen = await openImages({
      connection,
      ...source,
      cache: options.cacheFolder,
      signal,
    })
    for (const { display_name, positives, negatives } of chosen.classes)
      options.onNote(`${display_name}: ${positives} photos that show it, ${negatives} verified without it`)
    return {
      manifest: chosen.manifest,
      storage: { anonymous: true },
      labels: async () => chosen.labels,
      edges: chosen.hierarchy.edges,
      [Symbol.asyncDispose]: async () => {},
    }
  }
  const { edges, load } = await openLabels(connection, labels)
  const root = source.kind === 'folder' ? source.uri : (source.root ?? dirname(source.path))
  const storage = openStorage(root, source.storage)
  if (source.kind === 'folder' && !storage.root.startsWith('s3:')) await mustBeFolder(root)
  const below = `${storage.root}/`
  const exclude = options.hubRoot.startsWith(below) ? [`${options.hubRoot.slice(below.length)}/`] : []
  const manifest =
    source.kind === 'folder'
      ? manifestFromStorage({ storage, exclude, signal, ...supplier })
      : await manifestFromCsv({ connection, path: source.path, storage, ...supplier })
  return {
    manifest,
    storage: source.storage ?? {},
    labels: load === null ? null : images => load(images, manifest.root ?? storage.root),
    edges,
    [Symbol.asyncDispose]: () => storage.close(),
  }
}

type LoadLabels = (images: string, root: string) => Promise<LabelReport>

async function openLabels(
  connection: DuckDBConnection,
  labels: LabelSource | null,
): Promise<{ readonly edges: readonly ClassEdge[]; readonly load: LoadLabels | null }> {
  if (labels === null) return { edges: [], load: null }
  if (labels.kind === 'folder')
    return { edges: [], load: (images, root) => folderLabels({ connection, images, root }) }
  const beside = await classFilesBeside(labels.path).catch(thrown => {
    throw userError('missing_file', `there is no label file ${labels.path}`, 'name a CSV that exists', thrown)
  })
  const hierarchy = labels.hierarchy ?? beside.hierarchy
  const { path, columns, separator } = labels
  return {
    edges: hierarchy === null ? [] : parseHierarchy(await readFile(hierarchy, 'utf8')).edges,
    load: () =>
      loadLabels({
        connection,
        path,
        classDescriptions: labels.classDescriptions ?? beside.descriptions,
        ...(columns === undefined ? {} : { columns }),
        ...(separator === undefined ? {} : { separator }),
      }),
  }
}

async function mustBeFolder(path: string): Promise<void> {
  const hint = 'name a folder with photos, an s3:// prefix, or a CSV that names origins'
  try {
    if (!(await stat(path)).isDirectory()) throw userError('not_a_folder', `${path} is not a folder`, hint)
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT')
      throw userError('missing_folder', `there is no folder ${path}`, hint, thrown)
    throw thrown
  }
}
