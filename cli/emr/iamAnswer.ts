import { userError } from '../../base/HubError.ts'
import { jobPolicies } from '../../emr/iam/jobPolicies.ts'
import type { Job } from '../../jobs/define/Job.ts'
import type { Answer } from '../Command.ts'
import { jobParameters } from '../jobArguments.ts'

interface IamArguments {
  readonly param: readonly string[]
  readonly hub: string | undefined
  readonly account: string | undefined
  readonly region: string | undefined
  readonly partition: 'aws' | 'aws-cn' | 'aws-us-gov'
  readonly key: readonly string[]
  readonly 'dead-letters': string | undefined
}

/** @throws HubError `usage`, `bad_option`, `bad_parameter`, `hub_not_in_s3` */
export function iamAnswer(job: Job, args: IamArguments): Answer {
  const { account = '', region = process.env.AWS_REGION, 'dead-letters': deadLetters } = args
  const params = jobParameters(job, args)
  if (region === undefined) throw userError('usage', 'no region is given', 'give --region, or set AWS_REGION')
  if (!/^\d{12}$/.test(account))
    throw userError('bad_option', `--account is ${JSON.stringify(account)}`, 'give twelve digits')
  const policies = jobPolicies({
    job,
    params,
    region,
    account,
    partition: args.partition,
    keys: args.key,
    ...(deadLetters === undefined ? {} : { deadLetters }),
  })
  return { json: policies, text: JSON.stringify(policies, null, 2) }
}
