import { ListBootstrapActionsCommand } from '@aws-sdk/client-emr'
import { userError } from '../../base/HubError.ts'
import type { Cluster } from '../../jobs/define/Cluster.ts'
import { releases } from '../../jobs/define/releases.ts'
import { type ClusterOptions, clusterOf, isEnding } from '../aws/clusterOf.ts'
import { pagesOf } from '../aws/pagesOf.ts'
import { bootstrapName, bootstrapsOf } from '../compile/bootstrapsOf.ts'

export interface CheckSharedClusterOptions extends ClusterOptions {
  /** As the job wants it. */
  readonly cluster: Cluster
}

/**
 * Looks whether a cluster that runs already can do a job: what a cluster of the job's own would be started with cannot be added to it.
 * @throws HubError `cluster_ended`, `wrong_release`, `cluster_not_prepared`, `cluster_not_found`, `access_denied`; what else EMR says
 */
export async function checkSharedCluster(options: CheckSharedClusterOptions): Promise<void> {
  const { cluster, clusterId } = options
  const found = await clusterOf(options)
  const { ReleaseLabel: label = 'of no release' } = found
  if (isEnding(found))
    throw userError(
      'cluster_ended',
      `the cluster ${clusterId} is ${found.Status?.State}: it takes no steps any more`,
      'give the --cluster of one that runs; without it the job starts one of its own',
    )
  const { line } = releases[cluster.release]
  if (lineOf(label) !== line)
    throw userError(
      'wrong_release',
      `the cluster ${clusterId} is ${label}, the job is for ${cluster.release}, whose Spark is ${line}`,
      `give the --cluster of a release with Spark ${line}, or change the release of the job's cluster`,
    )
  const wanted = bootstrapsOf(cluster).map(bootstrapName)
  const had = new Set(wanted.length === 0 ? [] : await bootstrapNames(options))
  const missing = wanted.filter(name => !had.has(name))
  if (missing.length === 0) return
  throw userError(
    'cluster_not_prepared',
    `the cluster ${clusterId} was started without the bootstrap action ${missing.map(name => `"${name}"`).join(' and ')}, which ${cluster.release} needs for this job`,
    'leave --cluster away, and the job starts one of its own; docs/emr.md says how to start one that many jobs may use',
  )
}

/** The line of Spark of a release, also of one that jobs cannot ask for. */
function lineOf(label: string): string | undefined {
  if (/^emr-7\./.test(label)) return '3.5'
  return /^emr-spark-8\./.test(label) ? '4.0' : undefined
}

async function bootstrapNames(options: ClusterOptions): Promise<string[]> {
  const { clients, clusterId, region, signal } = options
  const asked = { action: `list the bootstrap actions of ${clusterId}`, clusterId, region, signal }
  const pages = pagesOf(asked, (place, call) =>
    clients.read.send(new ListBootstrapActionsCommand({ ClusterId: clusterId, ...place }), call),
  )
  const names: string[] = []
  for await (const { BootstrapActions = [] } of pages)
    for (const { Name } of BootstrapActions) if (Name !== undefined) names.push(Name)
  return names
}
