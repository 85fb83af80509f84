import { setTimeout as delay } from 'node:timers/promises'
import { HubError } from '../base/HubError.ts'

/** How often and how patiently an operation is tried again; plain data, so that it crosses threads and tests wait for nothing. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number
  /** Upper bound of the wait before the second attempt; it doubles with each further one. */
  readonly baseMilliseconds: number
  /** No wait is longer than this. */
  readonly capMilliseconds: number
  /** An attempt without an answer after this is given up and counts as failed; 0 for no limit. */
  readonly attemptTimeoutMilliseconds: number
}

/** Waits 23 seconds in the mean, 46 at most, before it gives up. */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 10,
  baseMilliseconds: 100,
  capMilliseconds: 20_000,
  attemptTimeoutMilliseconds: 60_000,
}

export interface RetryOptions {
  readonly signal?: AbortSignal | undefined
  /** Whether another attempt may help. @default isTransient */
  readonly retryable?: (error: unknown) => boolean
  /** Uniform in [0, 1). */
  readonly random?: () => number
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

const transientCodes = new Set(['storage_unavailable', 'storage_timeout', 'body_cut_short'])

/** True for errors that may pass by themselves: the storage was unavailable, stalled or broke off. */
export function isTransient(error: unknown): boolean {
  return error instanceof HubError && transientCodes.has(error.code)
}

/**
 * Milliseconds to wait after `failures` failed attempts: uniform between 0 and a bound that doubles ("full jitter", after
 * M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 */
export function backoff(policy: RetryPolicy, failures: number, random: () => number = Math.random): number {
  return random() * Math.min(policy.capMilliseconds, policy.baseMilliseconds * 2 ** (failures - 1))
}

export async function sleepFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (milliseconds <= 0) return
  try {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/**
 * Runs an operation until it succeeds, fails for good, is aborted, or the policy's attempts are used up. Each attempt gets a signal
 * that is aborted by the caller's or by the attempt's time limit; an attempt that ignores it is left behind all the same.
 */
export async function retry<T>(
  policy: RetryPolicy,
  operation: (signal: AbortSignal, attempt: number) => Promise<T>,
  { signal, retryable = isTransient, random = Math.random, sleep = sleepFor }: RetryOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted()
    try {
      return await withinTime(policy.attemptTimeoutMilliseconds, s => operation(s, attempt), signal)
    } catch (error) {
      signal?.throwIfAborted()
      if (!retryable(error)) throw error
      if (attempt >= policy.attempts) throw gaveUp(error, attempt)
      await sleep(backoff(policy, attempt, random), signal)
    }
  }
}

/** The last error again, saying how often it was tried. */
export function gaveUp(error: unknown, attempts: number): unknown {
  if (!(error instanceof HubError) || attempts < 2) return error
  const { code, message, hint, fault, cause } = error
  return new HubError({
    code,
    message: `${message} (gave up after ${attempts} attempts)`,
    fault,
    cause,
    ...(hint && { hint }),
  })
}

/** Runs an operation for at most so many milliseconds (0: no limit), then aborts it and throws `storage_timeout`. */
async function withinTime<T>(
  milliseconds: number,
  operation: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const controller = new AbortController()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const stop = (reason: unknown) => {
    controller.abort(reason)
    reject(reason)
  }
  const onAbort = () => stop(signal?.reason)
  const timer = milliseconds > 0 ? setTimeout(() => stop(timedOut(milliseconds)), milliseconds) : undefined
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  try {
    return await Promise.race([aborted, operation(controller.signal)])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

function timedOut(milliseconds: number): HubError {
  return new HubError({
    code: 'storage_timeout',
    message: `the storage gave no answer within ${milliseconds / 1000} s`,
    hint: 'check the network and the endpoint, then run the command again',
  })
}
