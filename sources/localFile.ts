import { parseLocation } from '../storage/location.ts'
import { openStorage, type StorageOptions } from '../storage/openStorage.ts'

/** A local path with the bytes of a file named by a plain path, a `file:` URI or an `s3:` URI (downloaded into the cache). */
export async function localFile(uri: string, options: StorageOptions = {}): Promise<string> {
  const location = parseLocation(uri)
  if (location.scheme === 'file') return location.path
  const storage = openStorage(`s3://${location.bucket}`, options)
  try {
    return await storage.localPath(location.key)
  } finally {
    await storage.close()
  }
}
