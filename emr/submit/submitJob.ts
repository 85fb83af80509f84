import { userError } from '../../base/HubError.ts'
import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import type { Storage } from '../../storage/Storage.ts'
import type { EmrClients } from '../aws/emrClients.ts'
import { checkBuckets } from '../preflight/checkBuckets.ts'
import { checkInstanceTypes } from '../preflight/checkInstanceTypes.ts'
import { checkSharedCluster } from '../preflight/checkSharedCluster.ts'
import { copyModels } from '../prepare/copyModels.ts'
import type { PreparedJob } from '../prepare/prepareJob.ts'
import { type UploadedFiles, uploadFiles } from '../prepare/uploadFiles.ts'
import { RunStore } from '../runs/RunStore.ts'
import { type SubmitOptions, type Submitted, submitRun } from './submitRun.ts'

export interface DeployOptions {
  readonly clients: EmrClients
  /** The hub's. */
  readonly storage: Storage
  readonly job: Job
  readonly params: HubParameters
  readonly region: string
  readonly prepared: PreparedJob
  readonly signal: AbortSignal
  readonly onNote: (line: string) => void
}

/**
 * Brings all that a request names to where it names it, after everything that can be known to be wrong was looked for.
 * @throws HubError `gpu_provider_missing`, `wrong_region`, `bucket_not_found`, `type_not_in_release`, `cluster_not_prepared`, `unknown_model`, ...
 */
export async function deployFiles(options: DeployOptions): Promise<UploadedFiles> {
  const { clients, storage, job, params, region, prepared, signal, onNote } = options
  if (job.cluster.device === 'cuda' && prepared.files.every(({ what }) => what !== 'CUDA archive'))
    throw userError(
      'gpu_provider_missing',
      `${job.name} is for GPUs, and npm brings neither CUDA nor the CUDA part of onnxruntime`,
      'give --cuda FOLDER, or set IMAGEHUB_CUDA: docs/gpu.md says how to get what belongs there',
    )
  await checkBuckets({ job, params, region, signal })
  const { cluster } = job
  const { request } = prepared
  if ('RunJobFlow' in request) await checkInstanceTypes({ clients, cluster, region, signal, onNote })
  else {
    const clusterId = request.AddJobFlowSteps.JobFlowId ?? ''
    await checkSharedCluster({ clients, clusterId, cluster, region, signal })
  }
  await copyModels({ storage, ids: job.models(params), onNote })
  return await uploadFiles({ storage, files: prepared.files, signal, onNote })
}

export interface SubmitJobOptions extends DeployOptions, Pick<SubmitOptions, 'settleMilliseconds'> {
  readonly runId: string
}

/** Has EMR do a job, once for each run id. Throws what deployFiles and submitRun do. */
export async function submitJob(
  options: SubmitJobOptions,
): Promise<Submitted & { readonly uploaded: UploadedFiles }> {
  const { storage, job, runId, prepared } = options
  const store = new RunStore(storage, { job: job.name, runId })
  const known = (await store.accepted()) !== null
  const uploaded = known ? { uploaded: [], bytes: 0 } : await deployFiles(options)
  const { name, request } = prepared
  return { ...(await submitRun({ ...options, store, name, request })), uploaded }
}
