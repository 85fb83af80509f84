import type { InferredOptionTypes, Options } from 'yargs'
import { userError } from '../../base/HubError.ts'
import { type PreparedJob, prepareJob } from '../../emr/prepare/prepareJob.ts'
import type { CreateScheduleInput } from '../../emr/schedule/CreateScheduleInput.ts'
import { scheduleRequest } from '../../emr/schedule/scheduleRequest.ts'
import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import { loadJob } from '../../jobs/define/loadJob.ts'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import { jobOptions, jobParameters } from '../jobArguments.ts'
import type { Terminal } from '../Terminal.ts'
import { cudaOf, cudaOption } from './cudaOption.ts'
import { regionOf, regionOption } from './regionOption.ts'
import { scheduleName, scheduleNameOptions } from './scheduleName.ts'

/** Takes the place of the scheduled time until the request is one of Scheduler's; a request with Scheduler's own mark would not pass the check. */
const marker = 'scheduled-time'

/** What a schedule is made from. */
export const scheduleOptions = {
  ...jobOptions,
  ...regionOption,
  ...scheduleNameOptions,
  ...cudaOption,
  account: {
    type: 'string',
    describe: 'the AWS account, twelve digits, of the role that emr iam names for Scheduler',
    requiresArg: true,
  },
  partition: {
    type: 'string',
    choices: ['aws', 'aws-cn', 'aws-us-gov'] as const,
    default: 'aws' as const,
    describe: 'part of AWS that the account is in',
  },
  role: { type: 'string', describe: 'ARN of another role for Scheduler', requiresArg: true },
  'dead-letters': { type: 'string', describe: 'ARN of a queue for starts that failed', requiresArg: true },
  retries: { type: 'number', describe: 'of a start that failed, 0 to 2; 1 unless given', requiresArg: true },
  'flexible-minutes': { type: 'number', describe: 'minutes within which it may start', requiresArg: true },
  disabled: { type: 'boolean', default: false, describe: 'keep it, without starting anything' },
} as const satisfies Record<string, Options>

export type ScheduleArguments = InferredOptionTypes<typeof scheduleOptions> & {
  readonly hub: string | undefined
}

export interface PreparedSchedule {
  readonly job: Job
  readonly params: HubParameters
  readonly region: string
  readonly prepared: PreparedJob
  readonly request: CreateScheduleInput
}

/**
 * A job's schedule as a request, and the files that it names.
 * @throws HubError `no_schedule`, `bad_schedule_request`; of what the arguments are read with
 */
export async function prepareSchedule(
  args: ScheduleArguments,
  { note }: Pick<Terminal, 'note'>,
): Promise<PreparedSchedule> {
  const job = await loadJob(args.job)
  if (job.schedule === null)
    throw userError(
      'no_schedule',
      `the job ${job.name} has no schedule`,
      "write one into its definition: schedule: 'cron(0 3 * * ? *)'",
    )
  const params = jobParameters(job, args)
  const region = regionOf(args)
  const cuda = await cudaOf(args)
  const prepared = await prepareJob({
    ...{
      job,
      params,
      region,
      runId: marker,
      named: args.job,
      cacheFolder: defaultCacheFolder(),
      onNote: note,
    },
    ...(cuda === undefined ? {} : { cuda }),
  })
  if (!('RunJobFlow' in prepared.request)) throw new Error('a schedule starts a cluster')
  const { retries, 'flexible-minutes': flexibleMinutes, 'dead-letters': deadLetterArn } = args
  const request = scheduleRequest({
    ...scheduleName(job, args),
    ...job.schedule,
    ...{ runJobFlow: prepared.request.RunJobFlow, marker, roleArn: schedulerRole(job, args) },
    ...{ partition: args.partition, enabled: !args.disabled },
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
    ...(retries === undefined ? {} : { retries }),
    ...(flexibleMinutes === undefined ? {} : { flexibleMinutes }),
  })
  return { job, params, region, prepared, request }
}

function schedulerRole({ name }: Job, { role, account, partition }: ScheduleArguments): string {
  if (role !== undefined) return role
  if (account === undefined)
    throw userError(
      'usage',
      'no role is given for EventBridge Scheduler',
      'give --account for the role that imagehub emr iam names, or --role ARN',
    )
  if (!/^\d{12}$/.test(account))
    throw userError('bad_option', `--account is ${JSON.stringify(account)}`, 'give twelve digits')
  return `arn:${partition}:iam::${account}:role/imagehub-${name}-schedule`
}
