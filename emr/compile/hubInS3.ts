import { userError } from '../../base/HubError.ts'
import type { HubParameters } from '../../jobs/define/Job.ts'
import { type S3Uri, s3Uri } from '../../jobs/define/S3Uri.ts'

/**
 * The hub, where the machines of EMR reach it.
 * @throws HubError `hub_not_in_s3`
 */
export function hubInS3({ hub }: HubParameters): S3Uri {
  const parsed = s3Uri.safeParse(hub)
  if (parsed.success) return parsed.data
  throw userError(
    'hub_not_in_s3',
    `the hub is ${JSON.stringify(hub)}, which the machines of EMR cannot reach`,
    'give --param hub=s3://bucket/prefix; a hub on this machine is for imagehub run',
  )
}
