import type { Cluster } from '@aws-sdk/client-emr'
import type { Accepted } from '../runs/RunFiles.ts'
import type { RunStep } from './stepOf.ts'

export interface OwnClusterOptions {
  readonly cluster: Cluster
  readonly step: RunStep | null
  /** As it was accepted: null for what was started with a cluster. */
  readonly stepId: Accepted['stepId']
}

/** Whether a cluster was started for the run of this step alone: that has the cluster's name. In doubt it is not. */
export function isOwnCluster({ cluster, step, stepId }: OwnClusterOptions): boolean {
  return stepId === null || (step?.Name !== undefined && step.Name === cluster.Name)
}
