import type { EmrClients } from '../aws/emrClients.ts'
import { type RunStep, stepHasEnded } from '../aws/stepOf.ts'
import { stepsOfCluster } from '../aws/stepsOfCluster.ts'
import type { Accepted } from '../runs/RunFiles.ts'
import type { RunStore } from '../runs/RunStore.ts'

/** What is followed. */
export type Target = Pick<Accepted, 'clusterId' | 'stepId'>

export interface OtherDriverOptions {
  readonly clients: EmrClients
  readonly store: RunStore
  readonly target: Target
  /** Completed, and without a result. */
  readonly step: RunStep | null
  readonly region: string
  readonly signal: AbortSignal
}

/**
 * Who does the run of a step that completed without a result. A driver that claims a run leaves a result, so that step's driver found the run
 * claimed by another, on another cluster or as another step of this one. Null where nobody claimed it; `lost` where nobody is at it any more.
 */
export async function otherDriver(options: OtherDriverOptions): Promise<Target | 'lost' | null> {
  const { clients, store, target, step, region, signal } = options
  const claim = await store.claim()
  if (claim === null) return null
  const clusterId = claim.clusterId ?? target.clusterId
  for await (const other of stepsOfCluster({ clients, clusterId, region, signal }))
    if (other.Name === step?.Name && other.Id !== undefined && other.Id !== step?.Id)
      if (!stepHasEnded(other) || other.Status?.State !== 'COMPLETED') return { clusterId, stepId: other.Id }
  // Between the look at the result and this one it may have ended well.
  return (await store.result()) === null ? 'lost' : target
}
