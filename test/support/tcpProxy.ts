import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net'

export interface TcpProxy {
  readonly port: number
  /** Connections accepted so far. */
  connections(): number
  /** Bytes that came from clients so far. */
  bytesFromClient(): number
  /**
   * Every connection from now on breaks after so many bytes from the server: what the function gives for each, undefined for never.
   * `end`: closed; `reset`: closed with RST; `silence`: it stays, and nothing passes any more.
   */
  breakAfter(bytes: () => number | undefined, how: 'end' | 'reset' | 'silence'): void
  /** Once, the byte so many bytes on from the client is changed, whichever connection it comes over. */
  changeByte(after: number): void
  /** Ends all connections now. */
  cutAll(): void
  /** From now on no connection is served. */
  refuseAll(): void
  close(): Promise<void>
}

/** A TCP proxy on 127.0.0.1 that breaks connections as the network does. */
export async function startTcpProxy(upstream: NetConnectOpts): Promise<TcpProxy> {
  const pairs = new Set<{ readonly ends: readonly Socket[]; silent: boolean }>()
  let connections = 0
  let fromClient = 0
  let nextCut: () => number | undefined = () => undefined
  let breaking: 'end' | 'reset' | 'silence' = 'end'
  let refusing = false
  let untilChange = Number.POSITIVE_INFINITY

  const server = createServer(client => {
    connections += 1
    if (refusing) return void client.destroy()
    const target = connect(upstream)
    const pair = { ends: [client, target], silent: false }
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      for (const socket of pair.ends) socket.destroy()
    }
    for (const socket of pair.ends) socket.on('error', end).on('close', end)
    let left = nextCut() ?? Number.POSITIVE_INFINITY
    pass(client, target, pair, chunk => {
      fromClient += chunk.length
      untilChange -= chunk.length
      if (untilChange >= 0) return chunk
      const changed = Buffer.from(chunk)
      const at = chunk.length + untilChange
      changed.writeUInt8(changed.readUInt8(at) ^ 0x55, at)
      untilChange = Number.POSITIVE_INFINITY
      return changed
    })
    pass(target, client, pair, chunk => {
      if (chunk.length < left) {
        left -= chunk.length
        return chunk
      }
      const last = chunk.subarray(0, left)
      left = 0
      if (breaking === 'end') client.end(last, end)
      else if (breaking === 'reset') client.resetAndDestroy()
      else pair.silent = true
      return undefined
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const cutAll = () => {
    for (const { ends } of pairs) for (const socket of ends) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    bytesFromClient: () => fromClient,
    breakAfter(bytes, how) {
      nextCut = bytes
      breaking = how
    },
    changeByte(after) {
      untilChange = after
    },
    cutAll,
    refuseAll() {
      refusing = true
    },
    async close() {
      cutAll()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Passes bytes on, as fast as the other side takes them. */
function pass(
  from: Socket,
  to: Socket,
  pair: { readonly silent: boolean },
  change: (chunk: Buffer) => Buffer | undefined = chunk => chunk,
): void {
  from.on('data', chunk => {
    const passed = pair.silent ? undefined : change(chunk)
    if (passed === undefined || to.destroyed) return
    if (to.write(passed)) return
    from.pause()
    to.once('drain', () => from.resume())
  })
}
