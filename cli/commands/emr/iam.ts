import { jobPolicies } from '../../../emr/iam/jobPolicies.ts'
import { loadJob } from '../../../jobs/define/loadJob.ts'
import { defineCommand } from '../../Command.ts'
import { accountOptions, checkAccount } from '../../emr/accountOptions.ts'
import { regionOf, regionOption } from '../../emr/regionOption.ts'
import { jobOptions, jobParameters } from '../../jobArguments.ts'

export const iam = defineCommand({
  name: 'emr iam <job>',
  describe: "Print the least that a job's roles and its submitter may do",
  options: {
    ...jobOptions,
    ...regionOption,
    ...accountOptions,
    account: { ...accountOptions.account, demandOption: true },
    key: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'ARN of a KMS key that encrypts a bucket; may be repeated',
      requiresArg: true,
    },
    'dead-letters': { type: 'string', describe: 'ARN of the queue of a schedule', requiresArg: true },
  },
  examples: [
    [
      '$0 emr iam nightly --param hub=s3://bucket/hub --account 123456789012 --region eu-central-1',
      'for machines, EMR, Scheduler and submitter',
    ],
  ],
  async run(args) {
    const job = await loadJob(args.job)
    const params = jobParameters(job, args)
    const region = regionOf(args)
    const { account, partition, key: keys, 'dead-letters': deadLetters } = args
    checkAccount(account)
    const policies = jobPolicies({
      ...{ job, params, region, account, partition, keys },
      ...(deadLetters === undefined ? {} : { deadLetters }),
    })
    return { json: policies, text: JSON.stringify(policies, null, 2) }
  },
})
