import { z } from 'zod'
import type { SparkLine } from '../../engines/spark/setup/sparkLines.ts'
import type { HubParameters } from '../../jobs/define/Job.ts'

/** A file in S3, named by its content. */
export interface Artifact {
  readonly uri: `s3://${string}`
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string
}

/**
 * What the driver on the cluster is told, as a file in S3: the arguments of a step hold no more than where it is, and which run this is. So every
 * night's run has the same plan.
 */
export interface JobPlan {
  readonly format: 1
  readonly job: string
  /** A job of the bundle, by its name; else a module in S3. */
  readonly module: { readonly shipped: string } | Artifact
  readonly params: HubParameters
  readonly device: 'cpu' | 'cuda'
  /** The line of Spark that the driver starts. */
  readonly line: SparkLine
  readonly spark: Readonly<Record<string, string>>
  /** A jar with the Connect server, for releases whose Spark has none. */
  readonly connectJar: Artifact | null
  /** Hours after which the driver ends the job. */
  readonly maxHours: number
}

const artifact = z.object({
  uri: z.custom<`s3://${string}`>(value => typeof value === 'string' && value.startsWith('s3://')),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** Reads a plan, which another version may have written. */
export const jobPlanSchema: z.ZodType<JobPlan> = z.object({
  format: z.literal(1),
  job: z.string(),
  module: z.union([artifact, z.object({ shipped: z.string() })]),
  params: z.looseObject({ hub: z.string() }),
  device: z.enum(['cpu', 'cuda']),
  line: z.enum(['3.5', '4.0']),
  spark: z.record(z.string(), z.string()),
  connectJar: artifact.nullable(),
  maxHours: z.number().positive(),
})
