import type { RunJobFlowCommandInput } from '@aws-sdk/client-emr'
import type { CpuInstanceType, GpuInstanceType, InstanceType } from './instanceTypes.ts'
import type { GpuReleaseLabel, ReleaseLabel } from './releases.ts'
import type { S3Uri } from './S3Uri.ts'

/** The machines that work. */
export interface Workers<Type extends InstanceType = InstanceType> {
  /** Several of the same size are alternatives: EMR takes what it gets. */
  readonly type: Type | readonly [Type, ...Type[]]
  /** Machines at the start. */
  readonly count: number
  /** Whether those beyond the first may be spot machines, which cost less and can be taken away. @default false */
  readonly spot?: boolean
  /** Machines that EMR may grow to while tasks wait. @default count: no scaling */
  readonly max?: number
}

/** A machine image of EMR, its machines, and where they are. */
export interface ClusterOptions<
  Label extends ReleaseLabel = ReleaseLabel,
  Type extends InstanceType = InstanceType,
> {
  readonly release: Label
  readonly workers: Workers<Type>
  /** The machine that the driver is on. @default m6i.xlarge */
  readonly primary?: InstanceType
  /** Subnets, of which EMR chooses one. @default the account's default one */
  readonly subnets?: readonly [`subnet-${string}`, ...`subnet-${string}`[]]
  /** Where EMR writes its logs. @default logs/ below the hub */
  readonly logUri?: S3Uri
  /** Role that EMR itself acts as. @default EMR_DefaultRole_V2 */
  readonly serviceRole?: string
  /** Instance profile of the machines: what the job may read and write. @default imagehub-NAME */
  readonly instanceProfile?: string
  /** EMR security configuration. @default none */
  readonly securityConfiguration?: string
  /** Key of KMS that encrypts the logs. @default none */
  readonly logKey?: `arn:${string}`
  readonly tags?: Readonly<Record<string, string>>
  /** Disk of each worker. @default 100 */
  readonly ebsGigabytes?: number
  /** Minutes without work after which the cluster ends. @default 30 */
  readonly idleMinutes?: number
  /** Hours after which the driver ends the job, and the submitter the cluster: EMR itself knows no such limit. @default 12 */
  readonly maxHours?: number
  /** More settings of Spark. */
  readonly spark?: Readonly<Record<`spark.${string}`, string>>
  /** The last word on the request: what EMR can and nothing here says. */
  readonly edit?: (request: RunJobFlowCommandInput) => RunJobFlowCommandInput
}

const defaults = {
  primary: 'm6i.xlarge',
  serviceRole: 'EMR_DefaultRole_V2',
  ebsGigabytes: 100,
  idleMinutes: 30,
  maxHours: 12,
} as const satisfies Partial<ClusterOptions>

type Defaulted = keyof typeof defaults

export interface Cluster extends Omit<ClusterOptions, Defaulted>, Required<Pick<ClusterOptions, Defaulted>> {
  readonly device: 'cpu' | 'cuda'
}

/** A cluster whose workers infer on NVIDIA GPUs, one session for each. */
export function gpuCluster(options: ClusterOptions<GpuReleaseLabel, GpuInstanceType>): Cluster {
  return { ...defaults, ...options, device: 'cuda' }
}

/** A cluster whose workers infer on their processors. */
export function cpuCluster(options: ClusterOptions<ReleaseLabel, CpuInstanceType>): Cluster {
  return { ...defaults, ...options, device: 'cpu' }
}
