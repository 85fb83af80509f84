import { type ClusterSummary, ListClustersCommand } from '@aws-sdk/client-emr'
import { askEmr } from './askEmr.ts'
import type { EmrClients } from './emrClients.ts'

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
  let Marker: string | undefined
  do {
    const page = await askEmr({ action: 'list the clusters', region, signal }, call =>
      clients.read.send(new ListClustersCommand({ CreatedAfter: new Date(since), Marker }), call),
    )
    yield* page.Clusters ?? []
    Marker = page.Marker
  } while (Marker !== undefined && Marker !== '')
}
