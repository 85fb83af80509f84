import { createHash } from 'node:crypto'
import type { AddJobFlowStepsCommandInput, RunJobFlowCommandInput, StepConfig } from '@aws-sdk/client-emr'
import { below } from '../../jobs/define/below.ts'
import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import { releases } from '../../jobs/define/releases.ts'
import type { S3Uri } from '../../jobs/define/S3Uri.ts'
import { bootstrapName, bootstrapsOf } from './bootstrapsOf.ts'
import { clusterConfigurations } from './configurations.ts'
import { executorSettings } from './executorSettings.ts'
import { hubInS3 } from './hubInS3.ts'
import { instanceFleets, managedScaling } from './instanceFleets.ts'
import { instanceProfileOf } from './instanceProfileOf.ts'
import type { Artifact, JobPlan } from './JobPlan.ts'
import { cudaFolder, type ScriptName, scripts } from './scripts.ts'

export interface CompileOptions<Parameters extends HubParameters> {
  readonly job: Job<Parameters>
  readonly params: Parameters
  /**
   * Names the run, its cluster and its step, up to 80 letters, digits, dashes and colons: a second start under the same name does nothing.
   */
  readonly runId: string
  readonly region: string
  /** What `imagehub emr bundle` uploads: Node, the driver, the Spark engine's archive. */
  readonly bundle: Artifact
  /** A job of the bundle, by its name; else its module. */
  readonly module: JobPlan['module']
  /** What `imagehub emr bundle` uploads for releases whose Spark has no Connect server. */
  readonly connectJar: Artifact | null
  /** CUDA and cuDNN for machines with GPUs. @default null: their image has them */
  readonly cuda?: Artifact | null
  /** A cluster that runs, j-...; the job becomes a step of it. @default a cluster of its own, which ends with it */
  readonly clusterId?: string
}

/** A text to put into S3 before the request is sent, where it is not yet. */
export interface Upload extends Artifact {
  readonly text: string
}

export type CompiledRequest =
  | { readonly RunJobFlow: RunJobFlowCommandInput }
  | { readonly AddJobFlowSteps: AddJobFlowStepsCommandInput }

export interface CompiledJob {
  readonly name: string
  readonly plan: JobPlan
  readonly request: CompiledRequest
  readonly uploads: readonly Upload[]
}

/**
 * A job as a request to EMR and the files that the request names. Pure: the same job gives the same bytes.
 * @throws HubError `hub_not_in_s3`
 */
export function compileJob<Parameters extends HubParameters>(
  options: CompileOptions<Parameters>,
): CompiledJob {
  const { job, runId, region, bundle, module, connectJar, clusterId } = options
  const cuda = (job.cluster.device === 'cuda' && options.cuda) || null
  const { params } = options
  const hub = hubInS3(params)
  const { cluster } = job
  const release = releases[cluster.release]
  const name = `imagehub ${job.name} ${runId}`
  const plan: JobPlan = {
    format: 1,
    job: job.name,
    module,
    params,
    device: cluster.device,
    line: release.line,
    spark: { ...cudaSettings(cuda), ...executorSettings(cluster) },
    connectJar: release.connect ? null : connectJar,
    maxHours: cluster.maxHours,
  }
  const upload = (folder: string, extension: string, text: string): Upload => {
    const sha256 = createHash('sha256').update(text).digest('hex')
    return { uri: below(hub, `emr/${folder}/${sha256}.${extension}`) as S3Uri, sha256, text }
  }
  const planUpload = upload('plans', 'json', `${JSON.stringify(plan, null, 1)}\n`)
  const script = (which: ScriptName) => upload('scripts', 'sh', scripts[which])
  const stepScript = script('step')
  const step: StepConfig = {
    Name: name,
    ActionOnFailure: clusterId === undefined ? 'TERMINATE_CLUSTER' : 'CONTINUE',
    HadoopJarStep: {
      // Fetches a script and runs it with its arguments, which pass no shell.
      Jar: `s3://${region}.elasticmapreduce/libs/script-runner/script-runner.jar`,
      Args: [stepScript.uri, bundle.uri, bundle.sha256, planUpload.uri, planUpload.sha256, runId],
    },
  }
  if (clusterId !== undefined) {
    const request = { AddJobFlowSteps: { JobFlowId: clusterId, Steps: [step] } }
    return { name, plan, request, uploads: [stepScript, planUpload] }
  }
  const bootstrapScripts = bootstrapsOf(cluster).map(which => ({ which, upload: script(which) }))
  const scaling = managedScaling(cluster)
  const request: RunJobFlowCommandInput = {
    Name: name,
    ReleaseLabel: cluster.release,
    Applications: release.applications.map(Name => ({ Name })),
    LogUri: `${cluster.logUri ?? below(hub, 'emr/logs')}/`.replace(/\/+$/, '/'),
    ...(cluster.logKey === undefined ? {} : { LogEncryptionKmsKeyId: cluster.logKey }),
    ServiceRole: cluster.serviceRole,
    JobFlowRole: instanceProfileOf(job),
    ...(cluster.securityConfiguration === undefined
      ? {}
      : { SecurityConfiguration: cluster.securityConfiguration }),
    Instances: {
      InstanceFleets: instanceFleets(cluster),
      ...(cluster.subnets === undefined ? {} : { Ec2SubnetIds: [...cluster.subnets] }),
      KeepJobFlowAliveWhenNoSteps: false,
      TerminationProtected: false,
    },
    ...(scaling === undefined ? {} : { ManagedScalingPolicy: scaling }),
    ScaleDownBehavior: 'TERMINATE_AT_TASK_COMPLETION',
    AutoTerminationPolicy: { IdleTimeout: 60 * cluster.idleMinutes },
    Configurations: clusterConfigurations(cluster),
    BootstrapActions: bootstrapScripts.map(({ which, upload: { uri } }) => ({
      Name: bootstrapName(which),
      ScriptBootstrapAction: {
        Path: uri,
        Args: which === 'gpu' && cuda !== null ? [cuda.uri, cuda.sha256] : [],
      },
    })),
    Steps: [step],
    StepConcurrencyLevel: 1,
    Tags: Object.entries({
      ...cluster.tags,
      'imagehub:job': job.name,
      'imagehub:run': runId,
      'imagehub:hub': hub,
      // What AmazonEMRServicePolicy_v2 asks for.
      'for-use-with-amazon-emr-managed-policies': 'true',
    }).map(([Key, Value]) => ({ Key, Value })),
  }
  return {
    name,
    plan,
    request: { RunJobFlow: cluster.edit === undefined ? request : cluster.edit(request) },
    uploads: [...bootstrapScripts.map(({ upload }) => upload), stepScript, planUpload],
  }
}

/** Where executors find what the bootstrap action unpacked. */
function cudaSettings(cuda: Artifact | null): Record<string, string> {
  return cuda === null ? {} : { 'spark.executorEnv.LD_LIBRARY_PATH': `${cudaFolder}/${cuda.sha256}/lib` }
}
