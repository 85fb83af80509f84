import type { InferredOptionTypes, Options } from 'yargs'
import { userError } from '../../base/HubError.ts'
import { newRunId } from '../../catalog/newRunId.ts'
import type { PreparedJob } from '../../emr/prepare/prepareJob.ts'
import { checkRunId } from '../../jobs/define/checkRunId.ts'
import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import { loadJob } from '../../jobs/define/loadJob.ts'
import { jobOptions } from '../jobArguments.ts'
import type { Terminal } from '../Terminal.ts'
import { cudaOption } from './cudaOption.ts'
import { jobToPrepare } from './jobToPrepare.ts'
import { regionOption } from './regionOption.ts'

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
  terminal: Pick<Terminal, 'note'>,
): Promise<NamedJob> {
  const job = await loadJob(args.job)
  const { params, region, prepare } = jobToPrepare(job, args, terminal)
  const runId = args['run-id'] === undefined ? newRunId() : checkRunId(args['run-id'])
  const clusterId = args.cluster
  if (clusterId !== undefined && !/^j-[A-Z0-9]{8,20}$/.test(clusterId))
    throw userError(
      'bad_option',
      `--cluster is ${JSON.stringify(clusterId)}`,
      'give an id such as j-2AXXXXXXGAPLF',
    )
  const prepared = await prepare({ runId, clusterId })
  return { job, params, runId, region, prepared }
}
