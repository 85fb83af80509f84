import type { RetryPolicy } from './retryPolicy.ts'

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** How to reach S3; plain data, so that it may be handed to worker threads. */
export interface S3Options {
  /** Sign nothing: for public buckets. @default false */
  readonly anonymous?: boolean
  /** URL of an S3-compatible server. @default AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else AWS itself */
  readonly endpoint?: string
  /** @default AWS_REGION, AWS_DEFAULT_REGION, the profile's region, else us-east-1; another region's bucket is found by redirect */
  readonly region?: string
  /** @default the AWS SDK's chain: environment, profile, web identity, container, instance */
  readonly credentials?: S3Credentials
  /** @default defaultRetryPolicy */
  readonly retry?: RetryPolicy
  /** A connection on which nothing moves for so long counts as stalled. @default 30000 */
  readonly idleMilliseconds?: number
  /** @default 10000 */
  readonly connectMilliseconds?: number
  /** Where `localPath` keeps downloads. @default IMAGEHUB_CACHE, else XDG_CACHE_HOME/imagehub, else ~/.cache/imagehub */
  readonly cacheFolder?: string
}
