export interface Visitor<Node, Item> {
  /** Hands items to the reader of the traversal; waits while it is behind. */
  emit(items: readonly Item[]): Promise<void>
  /** Leaves a node to whoever is free; where too many wait already, visits it here and now. */
  spawn(node: Node): Promise<void>
  /** Whether some of the allowed visits have nothing to do. */
  idle(): boolean
  readonly signal: AbortSignal
}

export interface TraverseOptions<Node, Item> {
  readonly start: Node
  readonly visit: (node: Node, visitor: Visitor<Node, Item>) => Promise<void>
  /** How many nodes are visited at once. */
  readonly concurrency: number
  readonly signal?: AbortSignal | undefined
}

const maxWaitingNodes = 4096

/**
 * Walks a tree that is discovered on the way, many nodes at once, and yields what the visits emit, in no particular order. Memory is
 * bounded: visits wait for a slow reader, and a full queue of nodes turns breadth into depth.
 */
export async function* traverse<Node, Item>(options: TraverseOptions<Node, Item>): AsyncGenerator<Item> {
  const { start, visit, concurrency } = options
  const controller = new AbortController()
  const signal =
    options.signal === undefined ? controller.signal : AbortSignal.any([controller.signal, options.signal])
  const waiting: Node[] = []
  const running = new Set<Promise<void>>()
  const batches: (readonly Item[])[] = []
  let failure: { readonly error: unknown } | undefined
  let ready = Promise.withResolvers<void>()
  let drained = Promise.withResolvers<void>()

  const visitor: Visitor<Node, Item> = {
    signal,
    idle: () => waiting.length === 0 && running.size < concurrency,
    async emit(items) {
      if (items.length > 0) batches.push(items)
      ready.resolve()
      while (batches.length >= concurrency && !signal.aborted) await drained.promise
      signal.throwIfAborted()
    },
    async spawn(node) {
      if (running.size < concurrency) run(node)
      else if (waiting.length < maxWaitingNodes) waiting.push(node)
      else await visit(node, visitor)
    },
  }
  const run = (first: Node) => {
    const work = (async () => {
      for (let node: Node | undefined = first; node !== undefined; node = waiting.pop()) {
        signal.throwIfAborted()
        await visit(node, visitor)
      }
    })()
      .catch((error: unknown) => {
        failure ??= { error }
        controller.abort(error)
      })
      .finally(() => {
        running.delete(work)
        ready.resolve()
      })
    running.add(work)
  }

  const release = () => {
    ready.resolve()
    drained.resolve()
  }
  signal.addEventListener('abort', release, { once: true })
  try {
    signal.throwIfAborted()
    run(start)
    while (failure === undefined && (running.size > 0 || batches.length > 0)) {
      options.signal?.throwIfAborted()
      const batch = batches.shift()
      if (batch === undefined) {
        await ready.promise
        ready = Promise.withResolvers<void>()
        continue
      }
      drained.resolve()
      drained = Promise.withResolvers<void>()
      yield* batch
    }
    options.signal?.throwIfAborted()
    if (failure !== undefined) throw failure.error
  } finally {
    controller.abort()
    signal.removeEventListener('abort', release)
    await Promise.allSettled(running)
  }
}
