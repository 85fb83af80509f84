import { parseLocation } from '../../storage/location.ts'

/** A URI of ours as Hadoop's file systems take it: nothing is percent-encoded there, and S3 is spoken by s3a. */
export function sparkPath(uri: string): string {
  const location = parseLocation(uri)
  return location.scheme === 'file' ? `file://${location.path}` : `s3a://${location.bucket}/${location.key}`
}

/** The same for reading, where Spark takes a path for a pattern. */
export function sparkReadPath(uri: string): string {
  return sparkPath(uri).replace(/[[\]{}*?\\,]/g, '\\$&')
}
