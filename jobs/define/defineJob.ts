import { userError } from '../../base/HubError.ts'
import { checkCluster } from './checkCluster.ts'
import type { HubParameters, Job } from './Job.ts'
import { nextTimes } from './nextTimes.ts'
import type { ScheduleExpression } from './ScheduleExpression.ts'

export interface JobOptions<Parameters extends HubParameters>
  extends Pick<Job<Parameters>, 'name' | 'describe' | 'params' | 'pipeline' | 'cluster'>,
    Partial<Pick<Job<Parameters>, 'access' | 'models'>> {
  /** When it runs by itself. @default never */
  readonly schedule?: ScheduleExpression
  /** IANA name of the time zone that the schedule is in. @default 'UTC' */
  readonly timezone?: string
}

/** It becomes part of names of EMR, of Scheduler (64 characters) and of a folder. */
const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/

/**
 * Declares a job; the default export of its file.
 * @throws HubError `bad_job`, `bad_cluster`, `bad_schedule`, `bad_timezone`, `schedule_never_fires`
 */
export function defineJob<Parameters extends HubParameters>(
  options: JobOptions<Parameters>,
): Job<Parameters> {
  const { schedule, timezone = 'UTC', ...job } = options
  const { access = () => ({ reads: [], writes: [] }), models = () => [] } = options
  if (!namePattern.test(job.name))
    throw userError(
      'bad_job',
      `${JSON.stringify(job.name)} cannot name a job`,
      'use up to 40 lower-case letters, digits and dashes',
    )
  checkCluster(job.cluster)
  // Whether it ever came or comes: a job stays one when its last time is past.
  if (schedule !== undefined) nextTimes(schedule, { after: new Date(-1), timezone }).next()
  return {
    ...job,
    access,
    models,
    schedule: schedule === undefined ? null : { expression: schedule, timezone },
  }
}
