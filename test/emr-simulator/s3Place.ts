export interface S3Place {
  readonly Bucket: string
  readonly Key: string
}

/** @param uri `s3://bucket/key`, also with s3n and s3a. @throws Error for another one */
export function s3Place(uri: string): S3Place {
  const [, Bucket, Key] = /^s3[na]?:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? []
  if (Bucket === undefined || Key === undefined) throw new Error(`${JSON.stringify(uri)} is no s3:// URI`)
  return { Bucket, Key }
}
