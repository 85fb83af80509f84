import type { Cluster } from '@aws-sdk/client-emr'
import { hasEnded, isEnding } from '../aws/clusterOf.ts'
import { reasonOf } from '../aws/reasonOf.ts'
import type { RunStep } from '../aws/stepOf.ts'
import type { RunResult } from '../runs/RunFiles.ts'
import type { RunEnd } from './RunEnd.ts'

export interface Seen {
  readonly cluster: Cluster
  readonly step: RunStep | null
  /** Read after both: a driver writes it before its step ends. */
  readonly result: RunResult | null
}

export interface Ending extends Pick<RunEnd, 'state' | 'reason'> {
  /** False where EMR may lag behind itself, as with a cluster that has ended and a step that has not: look again before it is believed. */
  readonly sure: boolean
}

/** What a run came to by what was seen of it; null while it goes on. Pure. */
export function endOfRun({ cluster, step, result }: Seen): Ending | null {
  const told = reasonOf(cluster, step)
  if (result !== null) return { ...ofResult(result), sure: true }
  const state = step?.Status?.State
  if (state === 'COMPLETED')
    return { state: 'succeeded', reason: 'the step completed, and left no result.json', sure: true }
  const code = isEnding(cluster) ? cluster.Status?.StateChangeReason?.Code : undefined
  const byUser = code === 'USER_REQUEST'
  if (state === 'FAILED') return { state: byUser ? 'cancelled' : 'failed', reason: told, sure: true }
  // EMR cancels the steps of a cluster that fails.
  const withCluster = code !== undefined && !byUser && code !== 'ALL_STEPS_COMPLETED'
  if (state === 'CANCELLED' || state === 'INTERRUPTED')
    return {
      state: withCluster ? 'failed' : 'cancelled',
      reason: told,
      // Before the step began, the cluster's own failure may be what comes next.
      sure: isEnding(cluster) || step?.Status?.Timeline?.StartDateTime !== undefined,
    }
  if (!hasEnded(cluster)) return null
  if (byUser) return { state: 'cancelled', reason: told, sure: false }
  if (withCluster || cluster.Status?.State === 'TERMINATED_WITH_ERRORS')
    return { state: 'failed', reason: told ?? 'the cluster ended with errors', sure: false }
  return { state: 'lost', reason: told ?? 'the cluster ended, and its step did not', sure: false }
}

/** What the driver says. */
export function ofResult({ state, error }: RunResult): Pick<RunEnd, 'state' | 'reason'> {
  return { state, reason: error === null ? null : `${error.code}: ${error.message}` }
}
