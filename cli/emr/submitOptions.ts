import type { InferredOptionTypes, Options } from 'yargs'
import { userError } from '../../base/HubError.ts'
import { type PreparedJob, prepareJob } from '../../emr/prepare/prepareJob.ts'
import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import { loadJob } from '../../jobs/define/loadJob.ts'
import { checkRunId, newRunId } from '../../jobs/define/newRunId.ts'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import { jobOptions, jobParameters } from '../jobArguments.ts'
import type { Terminal } from '../Terminal.ts'
import { cudaOf, cudaOption } from './cudaOption.ts'
import { regionOf, regionOption } from './regionOption.ts'

/** What a request to EMR is made from. */
export const submitOptions = {
  ...jobOptions,
  ...regionOption,
  'run-id': {
    type: 'string',
    describe: 'names the run: a second start under it does nothing; new unless given',
    requiresArg: true,
  },
  cluster: {
    type: 'string',
    describe: 'a cluster that runs, j-...; one of its own unless given',
    requiresArg: true,
  },
  ...cudaOption,
} as const satisfies Record<string, Options>

type SubmitArguments = InferredOptionTypes<typeof submitOptions> & { readonly hub: string | undefined }

export interface NamedJob {
  readonly job: Job
  readonly params: HubParameters
  readonly runId: string
  readonly region: string
  readonly prepared: PreparedJob
}

/** The job that the arguments name, as a request. @throws HubError of what they are read with */
export async function prepareArguments(
  args: SubmitArguments,
  { note }: Pick<Terminal, 'note'>,
): Promise<NamedJob> {
  const job = await loadJob(args.job)
  const params = jobParameters(job, args)
  const region = regionOf(args)
  const runId = args['run-id'] === undefined ? newRunId() : checkRunId(args['run-id'])
  const clusterId = args.cluster
  if (clusterId !== undefined && !/^j-[A-Z0-9]{8,20}$/.test(clusterId))
    throw userError(
      'bad_option',
      `--cluster is ${JSON.stringify(clusterId)}`,
      'give an id such as j-2AXXXXXXGAPLF',
    )
  const cuda = await cudaOf(args)
  const prepared = await prepareJob({
    ...{ job, params, runId, region },
    named: args.job,
    cacheFolder: defaultCacheFolder(),
    onNote: note,
    ...(cuda === undefined ? {} : { cuda }),
    ...(clusterId === undefined ? {} : { clusterId }),
  })
  return { job, params, runId, region, prepared }
}
