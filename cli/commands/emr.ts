import { loadJob } from '../../jobs/define/loadJob.ts'
import { defineCommand } from '../Command.ts'
import { costAnswer } from '../emr/costAnswer.ts'
import { iamAnswer } from '../emr/iamAnswer.ts'
import { jobOptions } from '../jobArguments.ts'

export const emr = defineCommand({
  name: 'emr <action> <job>',
  describe: 'What a job needs at Amazon EMR: iam, least-privilege policies; cost, an estimate',
  options: {
    action: { choices: ['iam', 'cost'] as const, demandOption: true, describe: 'what to print' },
    ...jobOptions,
    account: { type: 'string', describe: 'iam: the AWS account, twelve digits', requiresArg: true },
    region: { type: 'string', describe: 'iam: the AWS region; AWS_REGION unless given', requiresArg: true },
    partition: {
      type: 'string',
      choices: ['aws', 'aws-cn', 'aws-us-gov'] as const,
      default: 'aws' as const,
      describe: 'iam: part of AWS that the account is in',
    },
    key: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'iam: ARN of a KMS key that encrypts a bucket; may be repeated',
      requiresArg: true,
    },
    'dead-letters': { type: 'string', describe: 'iam: ARN of the queue of a schedule', requiresArg: true },
    images: { type: 'number', describe: 'cost: how many images there are to do', requiresArg: true },
    rate: {
      type: 'number',
      describe: 'cost: images a second of one GPU, or of one vCPU where there is none, as measured',
      requiresArg: true,
    },
    prices: {
      type: 'string',
      describe: 'cost: JSON of prices; public ones of us-east-1 unless given',
      requiresArg: true,
    },
  },
  examples: [
    [
      '$0 emr iam nightly --param hub=s3://bucket/hub --account 123456789012 --region eu-central-1',
      'for roles and submitter',
    ],
    ['$0 emr cost featurize --images 1740000 --rate 400', 'hours and dollars'],
  ],
  async run(args) {
    const job = await loadJob(args.job)
    return args.action === 'iam' ? iamAnswer(job, args) : await costAnswer(job, args)
  },
})
