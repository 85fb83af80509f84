/** The same items, until the signal is aborted: then its reason is thrown at once, even while the source is silent. */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void> {
  const iterator = source[Symbol.asyncIterator]()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  aborted.catch(() => undefined)
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  let finished = false
  try {
    signal.throwIfAborted()
    for (;;) {
      const { done, value } = await Promise.race([aborted, iterator.next()])
      if (done === true) {
        finished = true
        return
      }
      yield value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    // Not awaited: a silent source would not answer that either.
    if (!finished) iterator.return?.().catch(() => undefined)
  }
}
