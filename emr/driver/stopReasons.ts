import { HubError } from '../../base/HubError.ts'
import type { RunStore } from '../runs/RunStore.ts'

export interface StopReasonsOptions {
  readonly store: RunStore
  readonly maxHours: number
  /** Between two looks for a request to cancel. @default 5000 */
  readonly everyMilliseconds?: number
}

/** A signal that is aborted with HubError `cancelled` or `timed_out` when the run is to stop: somebody asked for it, or its time is over. */
export function stopReasons(options: StopReasonsOptions): { readonly signal: AbortSignal } & Disposable {
  const { store, maxHours, everyMilliseconds = 5000 } = options
  const stop = new AbortController()
  const cancelled = (by: string) =>
    stop.abort(
      new HubError({
        code: 'cancelled',
        message: `the run was stopped by ${by}`,
        hint: 'finished work is kept: submit the job again to go on',
      }),
    )
  const onSignal = (signal: NodeJS.Signals) => cancelled(signal)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  const look = async () => {
    // A look that fails is followed by another.
    const request = await store.cancelRequest().catch(() => null)
    if (request !== null) cancelled(`a request from ${request.host}`)
  }
  // A run may have been cancelled before its cluster was there.
  void look()
  const looking = setInterval(look, everyMilliseconds)
  const limit = setTimeout(
    () =>
      stop.abort(
        new HubError({
          code: 'timed_out',
          message: `the run was not done after ${maxHours} hours`,
          hint: 'finished work is kept: submit the job again to go on, or give its cluster more maxHours or more workers',
        }),
      ),
    maxHours * 3_600_000,
  )
  return {
    signal: stop.signal,
    [Symbol.dispose]() {
      clearInterval(looking)
      clearTimeout(limit)
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, onSignal)
    },
  }
}
