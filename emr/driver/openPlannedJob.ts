import { join } from 'node:path'
import { packageFolder } from '../../engines/spark/bundle/packageFolder.ts'
import type { Job } from '../../jobs/define/Job.ts'
import { loadJob } from '../../jobs/define/loadJob.ts'
import type { JobPlan } from '../compile/JobPlan.ts'
import { fetchArtifact } from './fetchArtifact.ts'

/**
 * The plan's job: one of the bundle, or a module from S3, which finds the bundle's packages above it.
 * @throws HubError as loadJob and fetchArtifact do
 */
export async function openPlannedJob({ module }: JobPlan): Promise<Job> {
  if ('shipped' in module) return await loadJob(module.shipped)
  const path = join(packageFolder(import.meta.filename), '../jobs', `${module.sha256}.mjs`)
  await fetchArtifact(module, path)
  return await loadJob(path)
}
