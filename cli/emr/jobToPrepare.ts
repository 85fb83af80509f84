import { type PreparedJob, prepareJob } from '../../emr/prepare/prepareJob.ts'
import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import { jobParameters } from '../jobArguments.ts'
import type { Terminal } from '../Terminal.ts'
import { cudaOf } from './cudaOption.ts'
import { regionOf } from './regionOption.ts'

interface JobArguments {
  /** Names it. */
  readonly job: string
  readonly param: readonly string[]
  readonly hub: string | undefined
  readonly region: string | undefined
  readonly cuda: string | undefined
}

export interface JobToPrepare {
  readonly params: HubParameters
  readonly region: string
  /** As a request for one run. */
  prepare(run: { readonly runId: string; readonly clusterId?: string | undefined }): Promise<PreparedJob>
}

/**
 * A job with its parameters and region, from the arguments of a command.
 * @throws HubError `bad_parameter`, `usage`, `bad_option`; `prepare` throws what prepareJob does, and `cuda_missing`
 */
export function jobToPrepare(job: Job, args: JobArguments, { note }: Pick<Terminal, 'note'>): JobToPrepare {
  const params = jobParameters(job, args)
  const region = regionOf(args)
  return {
    params,
    region,
    async prepare({ runId, clusterId }) {
      const cuda = await cudaOf(args)
      return await prepareJob({
        ...{ job, params, region, runId, named: args.job },
        cacheFolder: defaultCacheFolder(),
        onNote: note,
        ...(cuda === undefined ? {} : { cuda }),
        ...(clusterId === undefined ? {} : { clusterId }),
      })
    },
  }
}
