import type { Job } from '../../jobs/define/Job.ts'

/** The role that EventBridge Scheduler takes for a job, unless another one is named. */
export function schedulerRoleOf({ name }: Pick<Job, 'name'>): string {
  return `imagehub-${name}-schedule`
}
