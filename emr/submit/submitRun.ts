import { hostname } from 'node:os'
import { backoff } from '../../storage/retryPolicy.ts'
import { type Clock, systemClock } from '../aws/Clock.ts'
import type { EmrClients } from '../aws/emrClients.ts'
import { isPassing } from '../aws/emrFailure.ts'
import type { CompiledRequest } from '../compile/compileJob.ts'
import type { Accepted } from '../runs/RunFiles.ts'
import type { RunStore } from '../runs/RunStore.ts'
import { type Found, findByName, idOf, isSame } from './findByName.ts'
import { type NumberedAttempt, newestAttempt } from './newestAttempt.ts'
import { sendRequest } from './sendRequest.ts'
import { again, checkName, unavailable } from './submitErrors.ts'

export interface SubmitOptions {
  readonly clients: EmrClients
  /** Of this run. */
  readonly store: RunStore
  /** Of the cluster, or of the step: `imagehub <job> <runId>`. */
  readonly name: string
  readonly runId: string
  readonly region: string
  readonly request: CompiledRequest
  readonly signal: AbortSignal
  /** What the user may want to know: a call was throttled, an answer lost, what was found. */
  readonly onNote: (note: string) => void
  /** EMR is taken to list, within this, whatever it accepts. @default 30,000 */
  readonly settleMilliseconds?: number
  /** @default the system's */
  readonly clock?: Clock
}

export interface Submitted extends Accepted {
  /** Whether it was submitted before this call. */
  readonly alreadySubmitted: boolean
  /** Calls of EMR that this took. */
  readonly calls: number
}

/** By one submitter, a call each; the next one has as many again. */
const mostAttempts = 8
/** Searches that EMR did not answer, though each was repeated by the SDK. */
const mostFailedSearches = 4
/** Clocks of submitters and EMR's may be so far apart. */
const clockSkewMilliseconds = 5 * 60_000
/** Between an attempt's file and its call, as a part of the time to settle; whoever is slower does not call. */
const shareToSend = 1 / 4

/**
 * Has EMR start a run, exactly once for any number of submitters, retries and lost answers, although its calls take no token. Before each call one
 * submitter alone creates the next attempt's file; who finds one without `accepted.json` searches EMR for the run's name, waits until what that
 * attempt may have started would be listed, and searches again, before the next attempt. This holds as long as EMR lists what it accepted within
 * `settleMilliseconds` of the call, and no submitter is stopped in the instant between its last look at the clock and its call for longer
 * than that; past it, the driver's claim keeps a second cluster from doing anything.
 *
 * @throws HubError `emr_refused`, `access_denied`, `credentials_missing`, `credentials_rejected`, `unknown_region`, `cluster_not_found`;
 * `emr_unavailable` when it is worth trying again under the same id; what the storage does. The signal's reason when it is aborted, at any
 * moment: a later call finds out what became of this one.
 */
export async function submitRun(options: SubmitOptions): Promise<Submitted> {
  const { store, clients, name, runId, region, request, signal, onNote } = options
  const { settleMilliseconds: settle = 30_000, clock = systemClock } = options
  checkName(request, name)
  const pause = {
    attempts: mostAttempts,
    baseMilliseconds: settle / 30,
    capMilliseconds: settle,
    attemptTimeoutMilliseconds: 0,
  }
  let attempts = 0
  let calls = 0
  let failedSearches = 0
  let since: number | undefined
  let newest: NumberedAttempt | null = null
  let lastError: Error | undefined
  /** When the newest attempt is certain to show in listings, by `clock.elapsed`; null where it started nothing. */
  let settledAt: number | null = null

  const keep = async (found: Found, adopted: boolean): Promise<Submitted> => {
    const other = await store.accepted()
    if (other !== null) {
      if (!isSame(other, found))
        onNote(
          `EMR also started ${idOf(found)} for this run; ${idOf(other)} is followed, and one of them will do nothing`,
        )
      return { ...other, alreadySubmitted: calls === 0, calls }
    }
    const { clusterId, stepId } = found
    const accepted = { at: new Date(clock.now()).toISOString(), clusterId, stepId, region, adopted }
    await store.writeAccepted(accepted)
    return { ...accepted, alreadySubmitted: calls === 0, calls }
  }

  const search = async (): Promise<Found | null> => {
    since ??= Date.parse((await store.attempt(1))?.at ?? '') - clockSkewMilliseconds
    const [oldest, ...others] = await findByName({ clients, name, region, request, since, signal })
    if (oldest === undefined) return null
    onNote(`found ${idOf(oldest)}, which an earlier call started: it is followed`)
    if (others.length > 0)
      onNote(`EMR has more under this name: ${others.map(idOf).join(', ')}; each of them does nothing`)
    return oldest
  }

  for (;;) {
    signal.throwIfAborted()
    const accepted = await store.accepted()
    if (accepted !== null) return { ...accepted, alreadySubmitted: calls === 0, calls }

    const latest: NumberedAttempt | null = await newestAttempt(store, newest)
    if (latest !== null && latest.number !== newest?.number)
      settledAt = clock.elapsed() + untilSettled(latest, settle * (1 + shareToSend), clock)
    newest = latest
    if (settledAt !== null) {
      const left = settledAt - clock.elapsed()
      try {
        const found = await search()
        if (found !== null) return await keep(found, true)
        failedSearches = 0
      } catch (error) {
        signal.throwIfAborted()
        failedSearches += 1
        if (!isPassing(error) || failedSearches >= mostFailedSearches) throw again(error, runId)
        await clock.sleep(backoff(pause, failedSearches), signal)
        continue
      }
      // A search that began before does not count, however long it took.
      if (left > 0) {
        onNote(
          `attempt ${newest?.number} may have started something that EMR does not list yet: waiting up to ${Math.ceil(left / 1000)} s`,
        )
        await acceptedWithin(left)
        continue
      }
    }
    if (attempts >= mostAttempts) throw unavailable({ runId, calls, last: lastError })

    const number: number = (newest?.number ?? 0) + 1
    const begun = clock.elapsed()
    const attempt = { at: new Date(clock.now()).toISOString(), host: hostname(), request }
    if (!(await store.createAttempt(number, attempt))) continue
    newest = { number, attempt }
    attempts += 1
    // Nothing was sent yet.
    settledAt = null
    signal.throwIfAborted()
    // Both clocks: the one that is never set back stands still while the machine sleeps.
    if (Math.max(clock.elapsed() - begun, clock.now() - Date.parse(attempt.at)) > settle * shareToSend) {
      onNote('the hub was slow to answer: another attempt is made')
      continue
    }
    calls += 1
    const answer = await sendRequest({ clients, request, region, milliseconds: settle, signal })
    if (answer.kind === 'accepted') return await keep(answer, false)
    if (answer.kind === 'refused') throw answer.error
    lastError = answer.error
    if (answer.kind === 'throttled') {
      onNote(`${answer.error.message}; attempt ${attempts} of ${mostAttempts}`)
      if (attempts < mostAttempts) await clock.sleep(backoff(pause, attempts), signal)
    } else {
      settledAt = clock.elapsed() + settle
      onNote(`${answer.error.message}; EMR is searched for what that call may have started`)
    }
  }

  /** Waits, but no longer than until somebody knows what EMR started. */
  async function acceptedWithin(milliseconds: number): Promise<void> {
    const end = clock.elapsed() + milliseconds
    for (let left = milliseconds; left > 0; left = end - clock.elapsed()) {
      await clock.sleep(Math.min(left, settle / 30), signal)
      if ((await store.accepted()) !== null) return
    }
  }
}

/**
 * Milliseconds until what another's attempt may have started is listed. Its time is by that machine's clock, so it is believed only where it is longer
 * ago than clocks are apart; else the time to settle begins now, when it was first seen.
 */
function untilSettled({ attempt }: NumberedAttempt, settle: number, clock: Clock): number {
  return clock.now() - Date.parse(attempt.at) > settle + clockSkewMilliseconds ? 0 : settle
}
