import type { Job } from '../../jobs/define/Job.ts'

/** The instance profile of a job's machines: its own, or one that has the job's name. */
export function instanceProfileOf({ name, cluster }: Pick<Job, 'name' | 'cluster'>): string {
  return cluster.instanceProfile ?? `imagehub-${name}`
}
