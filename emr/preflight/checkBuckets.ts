import { userError } from '../../base/HubError.ts'
import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import { bucketRegion } from '../../storage/bucketRegion.ts'
import { parseLocation } from '../../storage/location.ts'
import { hubInS3 } from '../compile/hubInS3.ts'

export interface CheckBucketsOptions<Parameters extends HubParameters> {
  readonly job: Job<Parameters>
  readonly params: Parameters
  /** Of the cluster. */
  readonly region: string
  readonly signal: AbortSignal
}

/**
 * Looks whether the buckets that a job names are there, may be looked at, and are where its machines are.
 * @throws HubError `bucket_not_found`, `access_denied`, `wrong_region`, ...
 */
export async function checkBuckets<Parameters extends HubParameters>(
  options: CheckBucketsOptions<Parameters>,
): Promise<void> {
  const { job, params, region, signal } = options
  const { reads, writes } = job.access(params)
  const { logUri } = job.cluster
  const places = [hubInS3(params), ...(logUri === undefined ? [] : [logUri]), ...reads, ...writes]
  const buckets = new Set<string>()
  for (const place of places) {
    const location = parseLocation(place)
    if (location.scheme === 's3') buckets.add(location.bucket)
  }
  await Promise.all(
    [...buckets].map(async bucket => {
      const found = await bucketRegion(bucket, { signal })
      if (found === null || found === region) return
      throw userError(
        'wrong_region',
        `the bucket ${bucket} is in ${found}, the cluster would be in ${region}`,
        `give --region ${found}, or name a bucket in ${region}: every byte between regions is paid for`,
      )
    }),
  )
}
