import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { systemCode, userError } from '../base/HubError.ts'
import { fileError } from '../storage/fileError.ts'
import { parseLocation } from '../storage/location.ts'
import { openStorage, type StorageOptions } from '../storage/openStorage.ts'
import { localFile } from './localFile.ts'
import type { Manifest } from './Manifest.ts'
import { manifestFromCsv } from './manifestFromCsv.ts'
import { type ManifestFromStorageOptions, manifestFromStorage } from './manifestFromStorage.ts'

export interface OpenManifestOptions extends Omit<ManifestFromStorageOptions, 'storage'> {
  /** A folder, an `s3://bucket/prefix`, or a CSV in either. */
  readonly from: string
  /** Reads the CSV. */
  readonly connection: DuckDBConnection
  /** What a CSV's relative paths are relative to. @default the CSV's folder */
  readonly root?: string
  /** Columns of a CSV without a header line, in order. */
  readonly header?: readonly string[]
  readonly storage?: StorageOptions
}

/**
 * The manifest of whatever a person names as the source of photos.
 * @throws HubError `not_found`, `not_a_folder` for a file that is no CSV; what `manifestFromCsv` throws, and while the rows are read what the
 * listing throws (`not_found`, `access_denied`, ...)
 */
export async function openManifest(options: OpenManifestOptions): Promise<Manifest> {
  const { from, storage, root, ...rest } = options
  const isCsv = /\.(csv|tsv)$/i.test(from)
  const location = parseLocation(from)
  const kind = location.scheme === 's3' ? 's3' : await kindOf(location.path)
  if (kind === 'absent')
    throw userError('not_found', `there is no ${isCsv ? 'file' : 'folder'} ${from}`, allowed)
  if (kind === 'folder' || (kind === 's3' && !isCsv))
    return manifestFromStorage({ ...rest, storage: openStorage(from, storage) })
  if (!isCsv) throw userError('not_a_folder', `${from} is a file, not a folder`, allowed)
  const folder = root ?? (location.scheme === 's3' ? from.replace(/\/[^/]*$/, '') : dirname(location.path))
  const path = await localFile(from, storage)
  return manifestFromCsv({ ...rest, path, storage: openStorage(folder, storage) })
}

const allowed = 'name a folder with photos, an s3:// prefix, or a CSV that lists origins'

async function kindOf(path: string): Promise<'folder' | 'file' | 'absent'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return 'absent'
    throw fileError(thrown, 'read', path)
  }
}
