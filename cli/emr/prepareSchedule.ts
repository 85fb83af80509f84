import type { InferredOptionTypes, Options } from 'yargs'
import { userError } from '../../base/HubError.ts'
import type { PreparedJob } from '../../emr/prepare/prepareJob.ts'
import type { CreateScheduleInput } from '../../emr/schedule/CreateScheduleInput.ts'
import { scheduleRequest } from '../../emr/schedule/scheduleRequest.ts'
import { schedulerRoleOf } from '../../emr/schedule/schedulerRoleOf.ts'
import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import { loadJob } from '../../jobs/define/loadJob.ts'
import { jobOptions } from '../jobArguments.ts'
import type { Terminal } from '../Terminal.ts'
import { accountOptions, checkAccount } from './accountOptions.ts'
import { cudaOption } from './cudaOption.ts'
import { jobToPrepare } from './jobToPrepare.ts'
import { regionOption } from './regionOption.ts'
import { scheduleName, scheduleNameOptions } from './scheduleName.ts'

/** Takes the place of the scheduled time until the request is one of Scheduler's; a request with Scheduler's own mark would not pass the check. */
const marker = 'scheduled-time'

/** What a schedule is made from. */
export const scheduleOptions = {
  ...jobOptions,
  ...regionOption,
  ...scheduleNameOptions,
  ...cudaOption,
  ...accountOptions,
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
  terminal: Pick<Terminal, 'note'>,
): Promise<PreparedSchedule> {
  const job = await loadJob(args.job)
  if (job.schedule === null)
    throw userError(
      'no_schedule',
      `the job ${job.name} has no schedule`,
      "write one into its definition: schedule: 'cron(0 3 * * ? *)'",
    )
  const { params, region, prepare } = jobToPrepare(job, args, terminal)
  const prepared = await prepare({ runId: marker })
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

function schedulerRole(job: Job, { role, account, partition }: ScheduleArguments): string {
  if (role !== undefined) return role
  if (account === undefined)
    throw userError(
      'usage',
      'no role is given for EventBridge Scheduler',
      'give --account for the role that imagehub emr iam names, or --role ARN',
    )
  return `arn:${partition}:iam::${checkAccount(account)}:role/${schedulerRoleOf(job)}`
}
