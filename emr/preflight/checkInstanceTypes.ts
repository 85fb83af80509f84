import { ListSupportedInstanceTypesCommand } from '@aws-sdk/client-emr'
import { HubError, userError } from '../../base/HubError.ts'
import type { Cluster } from '../../jobs/define/Cluster.ts'
import { workerTypes } from '../../jobs/define/checkCluster.ts'
import type { EmrClients } from '../aws/emrClients.ts'
import { pagesOf } from '../aws/pagesOf.ts'

export interface CheckInstanceTypesOptions {
  readonly clients: EmrClients
  readonly cluster: Cluster
  readonly region: string
  readonly signal: AbortSignal
  readonly onNote: (line: string) => void
}

/**
 * Asks EMR whether the release has the cluster's instance types in this region.
 * @throws HubError `type_not_in_release`; what EMR says, such as `emr_refused` for a release that it does not know
 */
export async function checkInstanceTypes(options: CheckInstanceTypesOptions): Promise<void> {
  const { cluster, region, onNote } = options
  const known = new Set<string>()
  try {
    for await (const type of supportedTypes(options)) known.add(type)
  } catch (thrown) {
    if (!(thrown instanceof HubError) || thrown.code !== 'access_denied') throw thrown
    onNote(`${thrown.message}: instance types are not checked before the cluster is asked for`)
    return
  }
  const missing = [cluster.primary, ...workerTypes(cluster)].filter(type => !known.has(type))
  if (missing.length === 0) return
  throw userError(
    'type_not_in_release',
    `${cluster.release} has no ${missing.join(', ')} in ${region}`,
    'change workers.type or primary of the cluster, or its release, or submit to another --region',
  )
}

async function* supportedTypes(options: CheckInstanceTypesOptions): AsyncGenerator<string> {
  const { clients, cluster, region, signal } = options
  const { release: ReleaseLabel } = cluster
  const asked = { action: `list the instance types of ${ReleaseLabel}`, region, signal }
  const pages = pagesOf(asked, (place, call) =>
    clients.read.send(new ListSupportedInstanceTypesCommand({ ReleaseLabel, ...place }), call),
  )
  for await (const { SupportedInstanceTypes = [] } of pages)
    for (const { Type } of SupportedInstanceTypes) if (Type !== undefined) yield Type
}
