import { userError } from '../base/HubError.ts'
import { FileStorage } from './fileStorage.ts'
import { parseLocation } from './location.ts'
import type { Storage } from './Storage.ts'
import type { S3Options } from './s3Options.ts'
import { S3Storage } from './s3Storage.ts'

/** How to reach a storage; for a file system only `retry` matters. Plain data. */
export type StorageOptions = S3Options

/**
 * The storage at a plain path, a `file:///path` URI or `s3://bucket/prefix`. Nothing is read or connected yet.
 * Throws `bad_uri`, `unknown_scheme` or `bad_endpoint`.
 */
export function openStorage(uri: string, options: StorageOptions = {}): Storage {
  const location = parseLocation(uri)
  if (location.scheme === 'file') return new FileStorage(location.path, options.retry)
  if (options.endpoint !== undefined && !/^https?:\/\/[^/\s]+/i.test(options.endpoint)) {
    throw userError(
      'bad_endpoint',
      `the S3 endpoint ${JSON.stringify(options.endpoint)} is no http or https URL`,
      'write it as https://host:port',
    )
  }
  return new S3Storage(location.bucket, location.key, options)
}
