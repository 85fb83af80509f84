import type { S3Uri } from './S3Uri.ts'

/** Those of some places that are in S3, for `JobAccess`. */
export function placesInS3(places: readonly (string | null)[]): S3Uri[] {
  return places.filter((place): place is S3Uri => place?.startsWith('s3://') === true)
}
