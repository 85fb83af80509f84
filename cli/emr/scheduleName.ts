import type { InferredOptionTypes, Options } from 'yargs'
import type { Job } from '../../jobs/define/Job.ts'

/** Which schedule is a job's. */
export const scheduleNameOptions = {
  name: {
    type: 'string',
    describe: 'of the schedule; imagehub-JOB unless given: give one where a job has several hubs',
    requiresArg: true,
  },
  group: { type: 'string', describe: 'a schedule group that exists', requiresArg: true },
} as const satisfies Record<string, Options>

export function scheduleName(
  job: Pick<Job, 'name'>,
  { name, group }: InferredOptionTypes<typeof scheduleNameOptions>,
): { readonly name: string; readonly groupName?: string } {
  return { name: name ?? `imagehub-${job.name}`, ...(group === undefined ? {} : { groupName: group }) }
}
