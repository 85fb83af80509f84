import { type EmrAction, emrFailure } from './emrFailure.ts'

export interface AskOptions extends EmrAction {
  readonly signal?: AbortSignal | undefined
}

/** A read that was throttled eight times is through in about a minute; more is a connection that hangs. */
const longestMilliseconds = 120_000

/**
 * Calls EMR within two minutes.
 * @throws HubError what `emrFailure` says; the signal's reason when it is aborted
 */
export async function askEmr<T>(
  { signal, ...asked }: AskOptions,
  call: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const limit = AbortSignal.timeout(longestMilliseconds)
  try {
    return await call({ abortSignal: signal === undefined ? limit : AbortSignal.any([signal, limit]) })
  } catch (thrown) {
    signal?.throwIfAborted()
    throw emrFailure(thrown, asked)
  }
}
