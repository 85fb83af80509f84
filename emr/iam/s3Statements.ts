import type { S3Uri } from '../../jobs/define/S3Uri.ts'
import { parseLocation } from '../../storage/location.ts'
import { allow, type Statement } from './Policy.ts'

export interface S3StatementsOptions {
  /** Part of the statements' names. */
  readonly name: string
  readonly places: readonly S3Uri[]
  readonly partition: string
  /** What is done to objects: `s3:GetObject`, ... */
  readonly actions: readonly string[]
}

/** Lists and uses the objects below some places, and nothing beside them. */
export function s3Statements({ name, places, partition, actions }: S3StatementsOptions): Statement[] {
  const arn = (path: string) => `arn:${partition}:s3:::${path}`
  const buckets = new Map<string, string[]>()
  for (const place of places) {
    const location = parseLocation(place)
    if (location.scheme !== 's3') continue
    const { bucket, key } = location
    const prefix = key.replace(/\/+$/, '')
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), prefix])
  }
  if (buckets.size === 0) return []
  const listed = [...buckets].map(([bucket, prefixes], index) =>
    allow(
      `${name}List${index === 0 ? '' : index}`,
      ['s3:ListBucket'],
      [arn(bucket)],
      prefixes.includes('')
        ? undefined
        : { StringLike: { 's3:prefix': prefixes.flatMap(prefix => [prefix, `${prefix}/*`]) } },
    ),
  )
  const objects = [...buckets].flatMap(([bucket, prefixes]) =>
    prefixes.map(prefix => arn(prefix === '' ? `${bucket}/*` : `${bucket}/${prefix}/*`)),
  )
  return [
    ...listed,
    allow(
      `${name}Locate`,
      ['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
      [...buckets.keys()].map(arn),
    ),
    allow(`${name}Objects`, actions, objects),
  ]
}
