import { HeadBucketCommand } from '@aws-sdk/client-s3'
import { defaultRetryPolicy, retry } from './retryPolicy.ts'
import { S3Connection } from './s3Connection.ts'
import type { S3Options } from './s3Options.ts'

/**
 * Where a bucket is, for example `eu-central-1`; null where the server does not say.
 * @throws HubError `bucket_not_found`, `access_denied`, `credentials_missing`, ...
 */
export async function bucketRegion(
  bucket: string,
  options: S3Options & { readonly signal?: AbortSignal } = {},
): Promise<string | null> {
  const { signal, ...s3 } = options
  const connection = new S3Connection(bucket, s3)
  try {
    const answer = await retry(
      s3.retry ?? defaultRetryPolicy,
      abortSignal =>
        connection.ask('look at', undefined, () =>
          connection.client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal }),
        ),
      { signal },
    )
    return answer.BucketRegion ?? null
  } finally {
    connection.close()
  }
}
