import type { InferredOptionTypes, Options } from 'yargs'
import { userError } from '../../base/HubError.ts'
import type { ScheduleName } from '../../emr/schedule/deploySchedule.ts'
import type { Job } from '../../jobs/define/Job.ts'

/** Which schedule a job's is. */
export const scheduleNameOptions = {
  name: {
    type: 'string',
    describe: 'name of the schedule; imagehub-JOB unless given: give one where a job has several hubs',
    requiresArg: true,
  },
  group: { type: 'string', describe: 'a schedule group that exists', requiresArg: true },
} as const satisfies Record<string, Options>

export function scheduleName(
  job: Job,
  { name, group }: InferredOptionTypes<typeof scheduleNameOptions>,
): ScheduleName {
  return { name: name ?? `imagehub-${job.name}`, ...(group === undefined ? {} : { groupName: group }) }
}

/** The role that Scheduler takes: one that is named, or the one that `emr iam` names. @throws HubError `usage`, `bad_option` */
export function schedulerRole(
  job: Job,
  given: { readonly role: string | undefined; readonly account: string | undefined; readonly partition: string },
): string {
  const { role, account, partition } = given
  if (role !== undefined) return role
  if (account === undefined)
    throw userError(
      'usage',
      'no role is given for EventBridge Scheduler',
      'give --role ARN, or --account for the role that imagehub emr iam names',
    )
  if (!/^\d{12}$/.test(account))
    throw userError('bad_option', `--account is ${JSON.stringify(account)}`, 'give twelve digits')
  return `arn:${partition}:iam::${account}:role/imagehub-${job.name}-schedule`
}
