import type { z } from 'zod'
import type { Hub } from '../../catalog/Hub.ts'
import type { RunRecord } from '../../catalog/RunRecord.ts'
import type { Engine, Progress } from '../../engines/Engine.ts'
import type { Cluster } from './Cluster.ts'
import type { S3Uri } from './S3Uri.ts'
import type { ScheduleExpression } from './ScheduleExpression.ts'

/** What a job finds where it runs. */
export interface JobContext {
  readonly hub: Hub
  readonly engine: Engine
  /** What infers. */
  readonly device: 'cpu' | 'cuda'
  readonly cacheFolder: string
  /** The time of the schedule that it runs for; null where somebody started it. */
  readonly scheduledFor: Date | null
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  readonly onNote?: (line: string) => void
}

/** Every job has the hub: a folder, or s3://bucket/prefix. */
export interface HubParameters {
  readonly hub: string
}

/** Places in S3, beside the hub, that a job touches: what its machines are allowed follows from them. */
export interface JobAccess {
  readonly reads: readonly S3Uri[]
  readonly writes: readonly S3Uri[]
}

/** A typed, named use of pipelines, with the machines and the times that it runs on. */
export interface Job<Parameters extends HubParameters = HubParameters> {
  /** Lower-case letters, digits and dashes. */
  readonly name: string
  /** What it does, in a line. */
  readonly describe: string
  /** An object of parameters, each with a description, all but the hub with a default. */
  readonly params: z.ZodType<Parameters> & Pick<z.ZodObject, 'shape'>
  readonly cluster: Cluster
  readonly schedule: { readonly expression: ScheduleExpression; readonly timezone: string } | null
  /** Does it; calling it again with nothing new does nothing. @returns its runs, in their order */
  pipeline(params: Parameters, context: JobContext): Promise<readonly RunRecord[]>
  access(params: Parameters): JobAccess
  /** Ids of models that the hub is to have before it starts. */
  models(params: Parameters): readonly string[]
}
