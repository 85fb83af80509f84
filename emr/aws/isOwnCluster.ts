import type { Cluster } from '@aws-sdk/client-emr'
import type { RunStep } from './stepOf.ts'

/** Whether a cluster was started for the run of this step alone: both have its name. In doubt it is not. */
export function isOwnCluster(cluster: Cluster, step: RunStep | null): boolean {
  return step?.Name !== undefined && step.Name === cluster.Name
}
