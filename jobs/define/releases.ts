/** What an EMR release brings that matters here. */
export interface Release {
  readonly spark: string
  /** The line of Spark that it is driven as. */
  readonly line: '3.5' | '4.0'
  /** Whether its Spark has a Connect server: Spark 4's distribution contains it. */
  readonly connect: boolean
  /** Whether YARN hands out GPUs there in a way that AWS documents. */
  readonly gpu: boolean
  /** The applications to ask for. */
  readonly applications: readonly string[]
}

const sevenX = { line: '3.5', connect: false, gpu: true, applications: ['Hadoop', 'Spark'] } as const

/**
 * Releases with Amazon Linux 2023 and Java 17, from AWS's release pages
 * (https://docs.aws.amazon.com/emr/latest/ReleaseGuide/emr-release-components.html), as of October 2026. emr-spark-8 knows no application but
 * Spark and lists nothing for GPUs.
 */
export const releases = {
  'emr-7.8.0': { spark: '3.5.4', ...sevenX },
  'emr-7.9.0': { spark: '3.5.5', ...sevenX },
  'emr-7.10.0': { spark: '3.5.5', ...sevenX },
  'emr-7.12.0': { spark: '3.5.6', ...sevenX },
  'emr-7.13.0': { spark: '3.5.6', ...sevenX },
  'emr-spark-8.0.0': { spark: '4.0.2', line: '4.0', connect: true, gpu: false, applications: ['Spark'] },
} as const satisfies Record<string, Release>

export type ReleaseLabel = keyof typeof releases
/** Releases on which a cluster may have GPUs. */
export type GpuReleaseLabel = {
  [Label in ReleaseLabel]: (typeof releases)[Label]['gpu'] extends true ? Label : never
}[ReleaseLabel]
