import type { StorageOptions } from '../../storage/openStorage.ts'

/**
 * Settings of Hadoop's s3a that reach S3 as our own storage does. Keys never become settings: Spark shows those. They come from the
 * environment, a profile or the machine's role, which both SDKs look for in the same places.
 */
export function hadoopS3Settings(options: StorageOptions = {}): Record<string, string> {
  const endpoint = options.endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL
  const region = options.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION
  return {
    // To delete the markers of folders costs a request for each parent at every write.
    'spark.hadoop.fs.s3a.directory.marker.retention': 'keep',
    ...(endpoint === undefined
      ? {}
      : {
          'spark.hadoop.fs.s3a.endpoint': endpoint,
          'spark.hadoop.fs.s3a.path.style.access': 'true',
          'spark.hadoop.fs.s3a.connection.ssl.enabled': String(endpoint.startsWith('https:')),
        }),
    ...(region === undefined ? {} : { 'spark.hadoop.fs.s3a.endpoint.region': region }),
    ...(options.anonymous === true
      ? {
          'spark.hadoop.fs.s3a.aws.credentials.provider':
            'org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider',
        }
      : {}),
  }
}
