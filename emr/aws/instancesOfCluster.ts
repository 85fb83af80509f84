import { type Instance, ListInstancesCommand } from '@aws-sdk/client-emr'
import type { ClusterOptions } from './clusterOf.ts'
import { pagesOf } from './pagesOf.ts'

/**
 * The machines that a cluster has and had, in whatever state. EMR tells of those that ended within the last 30 days, at most 2,000
 * (https://docs.aws.amazon.com/emr/latest/APIReference/API_ListInstances.html). Throws what `askEmr` does.
 */
export async function* instancesOfCluster(options: ClusterOptions): AsyncGenerator<Instance> {
  const { clients, clusterId, region, signal } = options
  const asked = { action: `list the machines of the cluster ${clusterId}`, clusterId, region, signal }
  const pages = pagesOf(asked, (place, call) =>
    clients.read.send(new ListInstancesCommand({ ClusterId: clusterId, ...place }), call),
  )
  for await (const { Instances = [] } of pages) yield* Instances
}

export const instancesRememberedDays = 30
export const mostInstancesTold = 2000
