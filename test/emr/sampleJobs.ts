import type { CompileOptions } from '../../emr/compile/compileJob.ts'
import type { Job } from '../../jobs/define/Job.ts'
import { loadJob, shippedJobs } from '../../jobs/define/loadJob.ts'
import { parseJobParameters } from '../../jobs/define/parseJobParameters.ts'

/** What a job is compiled with beside its parameters, the same every time. */
export const compileSettings = {
  runId: '2026-11-25T03:00:00Z',
  region: 'eu-central-1',
  bundle: { uri: 's3://bucket/hub/emr/bundles/abc.tar.gz', sha256: 'ab'.repeat(32) },
  module: { uri: 's3://bucket/hub/emr/jobs/def.mjs', sha256: 'de'.repeat(32) },
  connectJar: { uri: 's3://bucket/hub/emr/jars/012.jar', sha256: '01'.repeat(32) },
} as const satisfies Partial<CompileOptions<never>>

export const hub = 's3://bucket/hub'

/** The jobs that come with imagehub, each with a hub alone. */
export async function sampleJobs(): Promise<
  { readonly job: Job; readonly params: { readonly hub: string } }[]
> {
  return await Promise.all(
    shippedJobs().map(async name => {
      const job = await loadJob(name)
      return { job, params: parseJobParameters(job, { hub }) }
    }),
  )
}
