import { clustersSince } from '../aws/clustersSince.ts'
import type { EmrClients } from '../aws/emrClients.ts'
import { stepsOfCluster } from '../aws/stepsOfCluster.ts'
import type { CompiledRequest } from '../compile/compileJob.ts'
import type { Accepted } from '../runs/RunFiles.ts'

export interface FindOptions {
  readonly clients: EmrClients
  readonly name: string
  readonly region: string
  readonly request: CompiledRequest
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly since: number
  readonly signal: AbortSignal
}

export type Found = Pick<Accepted, 'clusterId' | 'stepId'>

/** What EMR has under the name of a run, oldest first, whatever became of it: clusters, or steps of the cluster that the request names. */
export async function findByName(options: FindOptions): Promise<Found[]> {
  const { clients, name, region, request, since, signal } = options
  const found: (Found & { readonly at: number })[] = []
  if ('RunJobFlow' in request) {
    for await (const { Id, Name, Status } of clustersSince({ clients, region, since, signal }))
      if (Name === name && Id !== undefined)
        found.push({ clusterId: Id, stepId: null, at: Status?.Timeline?.CreationDateTime?.getTime() ?? 0 })
  } else {
    const clusterId = request.AddJobFlowSteps.JobFlowId ?? ''
    for await (const { Id, Name, Status } of stepsOfCluster({ clients, clusterId, region, since, signal }))
      if (Name === name && Id !== undefined)
        found.push({ clusterId, stepId: Id, at: Status?.Timeline?.CreationDateTime?.getTime() ?? 0 })
  }
  return found
    .sort((a, b) => a.at - b.at || (idOf(a) < idOf(b) ? -1 : 1))
    .map(({ clusterId, stepId }) => ({ clusterId, stepId }))
}

/** What is told of it: the step where it was added to a cluster, else the cluster. */
export function idOf({ clusterId, stepId }: Found): string {
  return stepId ?? clusterId
}

/** A step that is known of one of them alone makes no difference. */
export function isSame(a: Found, b: Found): boolean {
  return a.clusterId === b.clusterId && (a.stepId === b.stepId || a.stepId === null || b.stepId === null)
}
