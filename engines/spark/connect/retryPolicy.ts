/** How often and after which pauses a call is tried again. */
export interface RetryPolicy {
  /** Tries in a row without progress, the first one counted. */
  readonly attempts: number
  /** Pause before the second attempt. */
  readonly firstPauseMilliseconds: number
  /** Each further pause is so many times as long. */
  readonly factor: number
  readonly longestPauseMilliseconds: number
  /** Each pause is shortened by up to this share of it, at random: 0 to 1. */
  readonly jitter: number
}

/** Ten minutes in all, as Spark's own clients keep trying; an answer starts the count anew. */
export const patient: RetryPolicy = {
  attempts: 16,
  firstPauseMilliseconds: 50,
  factor: 4,
  longestPauseMilliseconds: 60_000,
  jitter: 0.3,
}

/** Eight seconds: for the first call to a server, which may not be there at all. */
export const hopeful: RetryPolicy = { ...patient, attempts: 6, factor: 3, longestPauseMilliseconds: 5000 }

/** Milliseconds to wait after so many failed attempts (at least 1), or undefined when it is time to give up. */
export function pauseAfter(
  policy: RetryPolicy,
  failedAttempts: number,
  random: () => number = Math.random,
): number | undefined {
  if (failedAttempts >= policy.attempts) return undefined
  const grown = policy.firstPauseMilliseconds * policy.factor ** (failedAttempts - 1)
  const pause = Math.min(policy.longestPauseMilliseconds, grown)
  return pause * (1 - policy.jitter * random())
}
