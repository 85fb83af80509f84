/**
 * Waits for work that is to end soon after its signal is aborted, and no longer: what hangs in native code or on a machine that is gone would keep a
 * cluster for ever, since EMR has no limit of time.
 * @throws what the work throws; the signal's reason where it has not ended so many milliseconds after the abort, and is left to itself
 */
export async function endWithin<T>(
  work: Promise<T>,
  { signal, milliseconds }: { readonly signal: AbortSignal; readonly milliseconds: number },
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const onAbort = () => {
    timer = setTimeout(() => reject(signal.reason), milliseconds)
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    // Nobody listens any more to what was left.
    work.catch(() => {})
  }
}
