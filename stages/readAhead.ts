const ended = Symbol('the source has ended')

/**
 * Starts work on batches ahead of the consumer: while it uses one, up to `depth` more are read and begun. Order is kept. A failed
 * batch throws when its turn comes.
 */
export async function* readAhead<T, R>(
  source: AsyncIterable<T>,
  depth: number,
  begin: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const iterator = source[Symbol.asyncIterator]()
  const begun: Promise<R | typeof ended>[] = []
  let last: Promise<unknown> = Promise.resolve()
  const beginNext = () => {
    const next = last.then(() => iterator.next())
    last = next
    const result = next.then<R | typeof ended>(({ done, value }) => (done ? ended : begin(value)))
    // Whoever takes the result sees its failure; until then it is nobody's unhandled rejection.
    result.catch(() => undefined)
    begun.push(result)
  }
  try {
    for (let index = 0; index <= depth; index++) beginNext()
    for (;;) {
      const result = await begun.shift()
      if (result === ended || result === undefined) return
      beginNext()
      yield result as R
    }
  } finally {
    await iterator.return?.()
  }
}
