import { hostname } from 'node:os'
import { userError } from '../../base/HubError.ts'
import { type Clock, systemClock } from '../aws/Clock.ts'
import { clusterOf, hasEnded } from '../aws/clusterOf.ts'
import type { EmrClients } from '../aws/emrClients.ts'
import { isOwnCluster } from '../aws/isOwnCluster.ts'
import { type RunStep, stepHasEnded, stepOf } from '../aws/stepOf.ts'
import { stopCluster, stopStep } from '../aws/stopCluster.ts'
import type { Accepted } from '../runs/RunFiles.ts'
import type { RunStore } from '../runs/RunStore.ts'

export interface CancelOptions {
  readonly clients: EmrClients
  /** Of this run. */
  readonly store: RunStore
  /** Null where nothing says that EMR took the run. */
  readonly accepted: Accepted | null
  /** The run, by its driver if that answers; its step, at once; or its cluster. */
  readonly what: 'run' | 'step' | 'cluster'
  /** Also a cluster that others use. @default false */
  readonly force?: boolean
  readonly signal: AbortSignal
  readonly onNote: (note: string) => void
  /** For the driver to stop by itself, then for each of EMR's two ways to stop it. @default 60,000 */
  readonly waitMilliseconds?: number
  /** @default 5000 */
  readonly pollMilliseconds?: number
  /** @default the system's */
  readonly clock?: Clock
}

export interface Cancelled {
  /**
   * - `not_submitted`: nothing ever asked EMR for it, so there is nothing to stop.
   * - `in_doubt`: EMR was asked, and its answer is not known; the driver stops as soon as it starts. Submitting it again under the same id finds it.
   * - `already_ended`: it had ended before.
   * - `ended`: it has.
   * - `asked`: EMR, or the driver, was asked and has not done it yet.
   */
  readonly outcome: 'not_submitted' | 'in_doubt' | 'already_ended' | 'ended' | 'asked'
  /** Of the driver's result, else of EMR's step or cluster; null where neither told. */
  readonly state: string | null
}

/**
 * Stops a run. One that has ended is no error.
 * @throws HubError `cluster_shared`; what EMR and the storage say; the signal's reason when it is aborted, with what was asked until then still asked
 */
export async function cancelRun(options: CancelOptions): Promise<Cancelled> {
  const { store, accepted } = options
  if (accepted === null) return await beforeAccepted(store, options.clock ?? systemClock)
  if (options.what === 'cluster') return await cancelCluster(options, accepted)
  const { state, ended } = await look(options, accepted)
  if (ended) return { outcome: 'already_ended', state }
  return options.what === 'step' ? await cancelStep(options, accepted) : await cancelDriver(options, accepted)
}

async function beforeAccepted(store: RunStore, clock: Clock): Promise<Cancelled> {
  if ((await store.attempt(1)) === null) return { outcome: 'not_submitted', state: null }
  await askDriver(store, clock)
  return { outcome: 'in_doubt', state: null }
}

const askDriver = (store: RunStore, clock: Clock) =>
  store.createCancelRequest({ at: new Date(clock.now()).toISOString(), host: hostname() })

/** The driver first, which stops its Spark application too; then EMR, which only knows the process. */
async function cancelDriver(options: CancelOptions, accepted: Accepted): Promise<Cancelled> {
  const { store, onNote, clock = systemClock, waitMilliseconds = 60_000 } = options
  await askDriver(store, clock)
  const { step } = await look(options, accepted)
  // Before it began there is no driver to ask.
  if (step?.Status?.State === 'RUNNING') {
    onNote('the driver is asked to stop')
    const state = await endWithin(options, accepted, waitMilliseconds)
    if (state !== null) return { outcome: 'ended', state }
    onNote('the driver does not stop: EMR is asked to cancel the step')
  }
  if (step === null || step.Status?.State === 'PENDING') {
    const { clients, signal } = options
    const { clusterId, stepId, region } = accepted
    const cluster = await clusterOf({ clients, clusterId, region, signal })
    // It was started for nothing else, and costs money while it starts.
    if (isOwnCluster({ cluster, step, stepId })) return await cancelCluster(options, accepted)
  }
  const soft = await cancelStep(options, accepted)
  if (soft.outcome !== 'asked') return soft
  const state = await endWithin(options, accepted, waitMilliseconds)
  if (state !== null) return { outcome: 'ended', state }
  onNote('the step does not end: EMR is asked to end its process')
  const hard = await cancelStep(options, accepted, 'TERMINATE_PROCESS')
  if (hard.outcome !== 'asked') return hard
  const last = await endWithin(options, accepted, waitMilliseconds)
  return last === null ? hard : { outcome: 'ended', state: last }
}

async function cancelStep(
  options: CancelOptions,
  accepted: Accepted,
  how: 'SEND_INTERRUPT' | 'TERMINATE_PROCESS' = 'SEND_INTERRUPT',
): Promise<Cancelled> {
  const { clients, signal, onNote } = options
  const { clusterId, region } = accepted
  const { step, state, ended } = await look(options, accepted)
  if (ended) return { outcome: 'ended', state }
  if (step?.Id === undefined)
    throw userError(
      'step_not_found',
      `the cluster ${clusterId} shows no step of this run yet`,
      'wait a minute and cancel again, or cancel its cluster',
    )
  const refused = await stopStep({ clients, clusterId, stepId: step.Id, region, how, signal })
  if (refused === null) return { outcome: 'asked', state }
  // As of a step that ended in between.
  const after = await look(options, accepted)
  if (after.ended) return { outcome: 'ended', state: after.state }
  onNote(`EMR does not cancel the step ${step.Id}: ${refused}`)
  return { outcome: 'asked', state: after.state }
}

async function cancelCluster(options: CancelOptions, accepted: Accepted): Promise<Cancelled> {
  const { clients, signal, force = false } = options
  const { clusterId, region } = accepted
  const step = await stepOf({ clients, accepted, signal })
  const cluster = await clusterOf({ clients, clusterId, region, signal })
  const state = cluster.Status?.State ?? null
  if (hasEnded(cluster)) return { outcome: 'already_ended', state }
  if (!force && !isOwnCluster({ cluster, step, stepId: accepted.stepId }))
    throw userError(
      'cluster_shared',
      `the cluster ${clusterId} (${cluster.Name ?? 'without a name'}) was not started for this run, so others may use it`,
      'cancel the step alone (imagehub emr cancel --what step), or add --force',
    )
  if (state !== 'TERMINATING') await stopCluster({ clients, clusterId, region, signal })
  return { outcome: 'asked', state }
}

interface Look {
  readonly step: RunStep | null
  readonly state: string | null
  readonly ended: boolean
}

async function look({ clients, store, signal }: CancelOptions, accepted: Accepted): Promise<Look> {
  const step = await stepOf({ clients, accepted, signal })
  const result = await store.result()
  if (result !== null) return { step, state: result.state, ended: true }
  const state = step?.Status?.State ?? null
  if (step !== null) return { step, state, ended: stepHasEnded(step) }
  const cluster = await clusterOf({ clients, ...accepted, signal })
  return { step, state: cluster.Status?.State ?? null, ended: hasEnded(cluster) }
}

/** The state that it ended with; null where it has not. */
async function endWithin(
  options: CancelOptions,
  accepted: Accepted,
  milliseconds: number,
): Promise<string | null> {
  const { clock = systemClock, pollMilliseconds = 5000, signal } = options
  const end = clock.elapsed() + milliseconds
  for (;;) {
    const { state, ended } = await look(options, accepted)
    if (ended) return state ?? 'ended'
    const left = end - clock.elapsed()
    if (left <= 0) return null
    await clock.sleep(Math.min(left, pollMilliseconds), signal)
  }
}
