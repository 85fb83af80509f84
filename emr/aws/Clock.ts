import { sleepFor } from '../../storage/retryPolicy.ts'

/** Time as waiting code sees it; a test may bring its own. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
  /** Milliseconds since some moment; never set back. */
  elapsed(): number
  /** Throws the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: sleepFor,
}
