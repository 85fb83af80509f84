import { HubError } from '../../base/HubError.ts'
import type { Progress } from '../../engines/Engine.ts'
import { mostHours } from '../../jobs/define/checkCluster.ts'
import { isTransient } from '../../storage/retryPolicy.ts'
import { type Clock, systemClock } from '../aws/Clock.ts'
import { clusterOf } from '../aws/clusterOf.ts'
import type { EmrClients } from '../aws/emrClients.ts'
import { isPassing } from '../aws/emrFailure.ts'
import { reasonOf } from '../aws/reasonOf.ts'
import { stepOf } from '../aws/stepOf.ts'
import { maskSecrets } from '../diagnose/maskSecrets.ts'
import { withoutControls } from '../diagnose/withoutControls.ts'
import type { Accepted, RunResult } from '../runs/RunFiles.ts'
import type { RunStore } from '../runs/RunStore.ts'
import { endOfRun, ofResult } from './endOfRun.ts'
import { LogTail } from './LogTail.ts'
import { otherDriver, type Target } from './otherDriver.ts'
import type { RunEnd, RunState } from './RunEnd.ts'
import { stopOverdue } from './stopOverdue.ts'

export interface WatchOptions {
  readonly clients: EmrClients
  /** Of this run. */
  readonly store: RunStore
  readonly accepted: Accepted
  /** What the job allows; the driver keeps it, and this does where the driver does not. Null where only the driver knows it. */
  readonly maxHours: number | null
  readonly signal: AbortSignal
  /** @default 10,000 */
  readonly pollMilliseconds?: number
  /** At the first look and at each change. */
  readonly onState: (state: RunState) => void
  /** At each change. */
  readonly onProgress: (progress: Progress) => void
  /** New whole lines of the driver's log, without what looks like a secret. */
  readonly onLog: (lines: readonly string[]) => void
  /** What went wrong with watching, not with the run. */
  readonly onNote: (note: string) => void
  /** @default the system's */
  readonly clock?: Clock
}

/** EMR or the hub may be out of reach for so long. */
const longestGapMilliseconds = 10 * 60_000
/** The driver's part of keeping maxHours ends here. */
const graceMilliseconds = 15 * 60_000
/** So soon after it was accepted EMR may not know its own cluster. */
const unknownMilliseconds = 2 * 60_000

/**
 * Follows a run to its end, which is what the driver says in result.json, else what EMR says of step and cluster. It does not wait for the cluster
 * to end. A quarter of an hour past maxHours it ends a cluster of the run's own, or cancels the step on a shared one: `timed_out`.
 *
 * @throws HubError where looking again does not help: `credentials_rejected`, `credentials_missing`, `access_denied`, `cluster_not_found`, ...; the
 * signal's reason when it is aborted, which does nothing to the run
 */
export async function watchRun(options: WatchOptions): Promise<RunEnd> {
  const { clients, store, accepted, signal, onNote } = options
  const { pollMilliseconds = 10_000, clock = systemClock } = options
  const { region } = accepted
  let target: Target = accepted
  let state: RunState = { clusterId: target.clusterId, clusterState: null, stepState: null, reason: null }
  let { maxHours } = options
  let told = ''
  let unsure: string | undefined
  let failingSince: number | undefined
  const files = followFiles(options)

  const finish = (end: Pick<RunEnd, 'state' | 'reason'>, result: RunResult | null): RunEnd => {
    const { clusterId, clusterState, stepState } = state
    return { state: end.state, clusterId, clusterState, stepState, reason: end.reason, result }
  }

  const look = async (): Promise<RunEnd | null> => {
    // In this order: a step that has ended has left its result, and a cluster that fails takes its steps with it.
    const step = await stepOf({ clients, accepted: { ...target, region }, signal })
    const cluster = await clusterOf({ clients, clusterId: target.clusterId, region, signal })
    const result = await store.result()
    state = {
      clusterId: target.clusterId,
      clusterState: cluster.Status?.State ?? null,
      stepState: step?.Status?.State ?? null,
      reason: reasonOf(cluster, step),
    }
    if (JSON.stringify(state) !== told) options.onState(state)
    told = JSON.stringify(state)
    await files.next()
    const ending = endOfRun({ cluster, step, result })
    if (ending?.state === 'succeeded' && result === null) {
      const other = await otherDriver({ clients, store, target, step, region, signal })
      if (other === 'lost')
        return finish({ state: 'lost', reason: 'the driver that did the run left no result.json' }, result)
      if (other !== null) {
        onNote(`this step had nothing to do: another driver does the run, on ${other.clusterId}`)
        target = other
        return null
      }
    }
    if (ending !== null && (ending.sure || unsure === ending.state)) return finish(ending, result)
    unsure = ending?.state
    const began = step?.Status?.Timeline?.StartDateTime?.getTime()
    if (ending !== null || began === undefined) return null
    maxHours ??= (await store.claim())?.maxHours ?? null
    // Of a run that no driver has begun with, where the job is not known here: the longest that there is.
    const hours = maxHours ?? mostHours
    if (clock.now() < began + hours * 3_600_000 + graceMilliseconds) return null
    const stopped = await stopOverdue({ clients, cluster, step, stepId: target.stepId, region, signal })
    const reason = `it ran longer than maxHours (${hours}) and the driver did not stop it: ${stopped}`
    return finish({ state: 'timed_out', reason }, result)
  }

  for (;;) {
    signal.throwIfAborted()
    try {
      const end = await look()
      if (end !== null) {
        await files.last()
        return end
      }
      failingSince = undefined
    } catch (error) {
      signal.throwIfAborted()
      if (!mayPass(error, accepted, told === '', clock)) throw error
      failingSince ??= clock.elapsed()
      const result = await store.result().catch(() => null)
      if (result !== null) return finish(ofResult(result), result)
      const { message } = error as HubError
      if (clock.elapsed() - failingSince > longestGapMilliseconds)
        return finish({ state: 'lost', reason: `it could not be watched any more: ${message}` }, null)
      onNote(`${message}; it is asked again`)
    }
    await clock.sleep(pollMilliseconds, signal)
  }
}

function mayPass(error: unknown, accepted: Accepted, neverSeen: boolean, clock: Clock): boolean {
  if (isPassing(error) || isTransient(error)) return true
  const young = clock.now() - Date.parse(accepted.at) < unknownMilliseconds
  return (
    neverSeen &&
    young &&
    error instanceof HubError &&
    ['cluster_not_found', 'step_not_found'].includes(error.code)
  )
}

/** What the driver writes while it runs, as far as it is new. */
function followFiles({ store, onProgress, onLog }: WatchOptions) {
  const tail = new LogTail()
  let known = ''
  const show = (lines: readonly string[]) => {
    if (lines.length > 0) onLog(lines.map(line => maskSecrets(withoutControls(line))))
  }
  return {
    async next() {
      show(tail.next(await store.log()))
      const progress = await store.progress()
      if (progress === null) return
      const { at: _, ...shown } = progress
      if (JSON.stringify(shown) === known) return
      known = JSON.stringify(shown)
      onProgress(shown)
    },
    /** When the run has ended: what it wrote at the very end. */
    async last() {
      try {
        await this.next()
      } catch (error) {
        if (!isTransient(error)) throw error
      }
      show(tail.end())
    },
  }
}
