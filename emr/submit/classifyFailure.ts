import { type EmrAction, emrFailure, isPassing } from '../aws/emrFailure.ts'
import { isThrottle, sdkFailure } from '../aws/sdkFailure.ts'

/** What a call that may start a cluster came to, where it gave no id. */
export type Failure =
  /** Nothing was started, and the same call would not start it either. */
  | { readonly kind: 'refused'; readonly error: Error }
  /** Nothing was started; the same call may do better later. */
  | { readonly kind: 'throttled'; readonly error: Error }
  /** Nobody knows whether something was started. */
  | { readonly kind: 'ambiguous'; readonly error: Error }

/**
 * Pure. In doubt an answer is ambiguous: that costs a wait and a search, while a call that is wrongly taken for one that started nothing costs
 * a second cluster. So a 503 counts as throttled only where it says so: proxies answer 503 to what they passed on, too.
 */
export function classifyFailure(thrown: unknown, asked: EmrAction): Failure {
  const failure = sdkFailure(thrown)
  const error = emrFailure(thrown, asked)
  if (!isPassing(error)) return { kind: 'refused', error }
  if (isThrottle(failure) || failure.unsent) return { kind: 'throttled', error }
  return { kind: 'ambiguous', error }
}
