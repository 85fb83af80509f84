import { type ClusterSummary, ListClustersCommand } from '@aws-sdk/client-emr'
import type { EmrClients } from './emrClients.ts'
import { pagesOf } from './pagesOf.ts'

export interface ClustersOptions {
  readonly clients: EmrClients
  readonly region: string
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly since: number
  readonly signal?: AbortSignal | undefined
}

/** All clusters made since some time, in whatever state. Throws what `askEmr` does. */
export async function* clustersSince(options: ClustersOptions): AsyncGenerator<ClusterSummary> {
  const { clients, region, since, signal } = options
  const pages = pagesOf({ action: 'list the clusters', region, signal }, (place, call) =>
    clients.read.send(new ListClustersCommand({ CreatedAfter: new Date(since), ...place }), call),
  )
  for await (const { Clusters = [] } of pages) yield* Clusters
}
