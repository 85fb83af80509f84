import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { systemCode, userError } from '../../base/HubError.ts'
import type { Hub } from '../../catalog/Hub.ts'
import { fileError } from '../../storage/fileError.ts'
import { type Location, parseLocation } from '../../storage/location.ts'
import { openStorage, type StorageOptions } from '../../storage/openStorage.ts'
import type { Storage } from '../../storage/Storage.ts'

/** A place in a storage. */
export interface ExportTarget {
  readonly storage: Storage
  readonly key: string
  readonly uri: string
}

export interface TargetOptions {
  readonly hub: Hub
  readonly storage: StorageOptions
}

/**
 * Where a Parquet file is to go. The caller closes the storage.
 * @throws HubError `bad_target` where the name is no .parquet, is taken by a folder, or lies among the hub's own files; `bucket_not_found`
 */
export async function parquetTarget(uri: string, { hub, storage }: TargetOptions): Promise<ExportTarget> {
  if (!/[^/]\.parquet$/i.test(uri))
    throw userError('bad_target', `${uri} names no .parquet file`, targetHint(uri))
  const location = parseLocation(uri)
  const path = location.scheme === 's3' ? `/${location.key}` : location.path
  const folder = dirname(path)
  const opened = openStorage(
    location.scheme === 's3' ? `s3://${location.bucket}${folder.replace(/^\/$/, '')}` : folder,
    storage,
  )
  const key = basename(path)
  const target = { storage: opened, key, uri: opened.uri(key) }
  try {
    refuseOwnFiles(target.uri, hub)
    if (await isFolder(location, opened, `${key}/`))
      throw userError('bad_target', `${uri} is a folder`, 'name a file that is new or may be replaced')
    return target
  } catch (thrown) {
    await opened.close()
    throw thrown
  }
}

/**
 * The folder that pictures are to go into; it need not be there. The caller closes the storage.
 * @throws HubError `bad_target` where it is a file, or lies among the hub's own files; `bucket_not_found`
 */
export async function folderTarget(uri: string, { hub, storage }: TargetOptions): Promise<Storage> {
  const location = parseLocation(uri)
  const opened = openStorage(uri, storage)
  try {
    refuseOwnFiles(opened.root, hub)
    // Asked of S3, too, which then says whether there is such a bucket.
    const isTaken = (await isFolder(location, opened, '')) === false && location.scheme === 'file'
    if (isTaken) throw userError('bad_target', `${uri} is a file`, 'name a folder for the pictures')
    return opened
  } catch (thrown) {
    await opened.close()
    throw thrown
  }
}

function targetHint(uri: string): string {
  if (/\.(csv|tsv|json|ndjson|jsonl)$/i.test(uri))
    return 'an export is Parquet; imagehub sql --format csv (or json) prints the other formats'
  return 'name a file: --to exports/cars.parquet or --to s3://bucket/prefix/cars.parquet'
}

/** Whoever replaced a table's file would damage the hub; exports/ of it belongs to nobody else. */
function refuseOwnFiles(uri: string, { storage }: Hub): void {
  const inside = uri === storage.root || uri.startsWith(`${storage.root}/`)
  const around = storage.root.startsWith(`${uri}/`) && uri.endsWith('.parquet')
  if ((inside && !uri.startsWith(`${storage.root}/exports/`)) || around)
    throw userError(
      'bad_target',
      `${uri} lies among the hub's own files`,
      `name a place outside the hub, or below ${storage.root}/exports/`,
    )
}

/** Null where nothing is there. In S3 a folder is whatever has objects below it. */
async function isFolder(location: Location, storage: Storage, prefix: string): Promise<boolean | null> {
  if (location.scheme === 's3') {
    for await (const _ of storage.list({ prefix })) return true
    return null
  }
  try {
    return (await stat(location.path)).isDirectory()
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null
    throw fileError(thrown, 'look at', location.path)
  }
}
