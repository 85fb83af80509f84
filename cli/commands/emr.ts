import { userError } from '../../base/HubError.ts'
import { jobPolicies } from '../../emr/iam/jobPolicies.ts'
import { loadJob } from '../../jobs/define/loadJob.ts'
import { parseJobParameters } from '../../jobs/define/parseJobParameters.ts'
import { defineCommand } from '../Command.ts'
import { namedValues } from '../namedValues.ts'

export const emr = defineCommand({
  name: 'emr <action> <job>',
  describe: 'Print what a job needs at Amazon EMR; iam: least-privilege policies',
  options: {
    action: { choices: ['iam'] as const, demandOption: true, describe: 'what to print' },
    job: { type: 'string', demandOption: true, describe: 'a name, or a file such as jobs/mine.ts' },
    param: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'NAME=VALUE for a parameter of the job; may be repeated',
      requiresArg: true,
    },
    account: {
      type: 'string',
      demandOption: true,
      describe: 'AWS account, twelve digits',
      requiresArg: true,
    },
    region: { type: 'string', describe: 'AWS region; AWS_REGION unless given', requiresArg: true },
    partition: {
      type: 'string',
      choices: ['aws', 'aws-cn', 'aws-us-gov'] as const,
      default: 'aws' as const,
      describe: 'part of AWS that the account is in',
    },
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
      'for roles and submitter',
    ],
  ],
  async run(args) {
    const job = await loadJob(args.job)
    const given = namedValues('--param', args.param)
    const params = parseJobParameters(job, {
      ...given,
      ...(args.hub === undefined ? {} : { hub: args.hub }),
    })
    const region = args.region ?? process.env.AWS_REGION
    if (region === undefined)
      throw userError('usage', 'no region is given', 'give --region, or set AWS_REGION')
    if (!/^\d{12}$/.test(args.account))
      throw userError('bad_option', `--account is ${JSON.stringify(args.account)}`, 'give twelve digits')
    const deadLetters = args['dead-letters']
    const policies = jobPolicies({
      job,
      params,
      region,
      account: args.account,
      partition: args.partition,
      keys: args.key,
      ...(deadLetters === undefined ? {} : { deadLetters }),
    })
    return { json: policies, text: JSON.stringify(policies, null, 2) }
  },
})
