import type { HubParameters } from '../../jobs/define/Job.ts'

/**
 * What the driver on the cluster is told, as a file in S3: the arguments of a step hold no more than where it is, and which run this is. So every
 * night's run has the same plan.
 */
export interface JobPlan {
  readonly format: 1
  readonly job: string
  /** The job's module, bundled. */
  readonly module: Artifact
  readonly params: HubParameters
  readonly device: 'cpu' | 'cuda'
  /** The line of Spark that the driver starts. */
  readonly line: '3.5' | '4.0'
  readonly spark: Readonly<Record<string, string>>
  /** Hours after which the driver ends the job. */
  readonly maxHours: number
}

/** A file in S3, named by its content. */
export interface Artifact {
  readonly uri: `s3://${string}`
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string
}
