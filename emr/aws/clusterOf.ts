import { type Cluster, DescribeClusterCommand } from '@aws-sdk/client-emr'
import { HubError } from '../../base/HubError.ts'
import { askEmr } from './askEmr.ts'
import type { EmrClients } from './emrClients.ts'

export interface ClusterOptions {
  readonly clients: EmrClients
  readonly clusterId: string
  readonly region: string
  readonly signal?: AbortSignal | undefined
}

/** What EMR tells of a cluster. Throws what `askEmr` does. */
export async function clusterOf({ clients, clusterId, region, signal }: ClusterOptions): Promise<Cluster> {
  const { Cluster: told } = await askEmr(
    { action: `look at the cluster ${clusterId}`, clusterId, region, signal },
    call => clients.read.send(new DescribeClusterCommand({ ClusterId: clusterId }), call),
  )
  if (told !== undefined) return told
  throw new HubError({ code: 'emr_unavailable', message: `EMR told nothing of the cluster ${clusterId}` })
}

const endedStates: ReadonlySet<string> = new Set(['TERMINATED', 'TERMINATED_WITH_ERRORS'])

export const hasEnded = ({ Status }: Cluster) => endedStates.has(Status?.State ?? '')
/** Also while it is on its way there. */
export const isEnding = (cluster: Cluster) => hasEnded(cluster) || cluster.Status?.State === 'TERMINATING'
