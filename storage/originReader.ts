import { parseLocation } from './location.ts'
import { openStorage, type StorageOptions } from './openStorage.ts'
import { readFilePatiently } from './readFile.ts'
import { defaultRetryPolicy } from './retryPolicy.ts'
import type { Storage } from './Storage.ts'

export interface ReadOriginOptions {
  /** Larger ones are refused with `too_many_bytes`, before they are read where their size is known. */
  readonly maxBytes?: number
  readonly signal?: AbortSignal
}

export interface OriginReaderOptions extends StorageOptions {
  /** What is different for some buckets, by name. */
  readonly buckets?: Readonly<Record<string, StorageOptions>>
}

/** Reads the images that a manifest's origins name, wherever they are; one for each worker thread. */
export interface OriginReader {
  /** The bytes of a `file:` or `s3:` origin (or a plain path): one request of S3, or open, fstat and read of a regular file. */
  read(origin: string, options?: ReadOriginOptions): Promise<Uint8Array>
  /** Ends idle connections. */
  close(): Promise<void>
}

const maxBuckets = 64

/** A reader that keeps one connection pool for each bucket it meets; a file that gives no answer for the idle time is `storage_timeout`. */
export function openOriginReader({
  buckets: special = {},
  ...options
}: OriginReaderOptions = {}): OriginReader {
  const { retry = defaultRetryPolicy, idleMilliseconds = 30_000 } = options
  const filePolicy = { ...retry, attemptTimeoutMilliseconds: idleMilliseconds }
  const buckets = new Map<string, Storage>()
  const bucketStorage = (bucket: string): Storage => {
    const storage = buckets.get(bucket) ?? openStorage(`s3://${bucket}`, { ...options, ...special[bucket] })
    buckets.delete(bucket)
    buckets.set(bucket, storage)
    const leastRecent = buckets.keys().next().value
    // Not closed, for it may be reading: its idle connections end by themselves.
    if (buckets.size > maxBuckets && leastRecent !== undefined) buckets.delete(leastRecent)
    return storage
  }
  return {
    async read(origin, readOptions = {}) {
      const location = parseLocation(origin)
      if (location.scheme === 's3') return bucketStorage(location.bucket).read(location.key, readOptions)
      return readFilePatiently(location.path, readOptions, filePolicy)
    },
    async close() {
      await Promise.all([...buckets.values()].map(storage => storage.close()))
      buckets.clear()
    },
  }
}
