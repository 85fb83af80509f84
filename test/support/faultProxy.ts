import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RetryPolicy } from '../../storage/retryPolicy.ts'

/** What goes wrong with a request. */
export type Fault =
  /** S3's error answer with this status and code; the server behind is not asked. `{ status: 503, code: 'SlowDown' }` */
  | { readonly kind: 'answer'; readonly status: number; readonly code: string }
  /** The right Content-Length, but the connection ends (or is reset) after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly reset?: boolean }
  /** Nothing more is sent after so many bytes of the body, the connection stays; -1: not even the head. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** The server behind carries the request out; its answer never arrives. */
  | { readonly kind: 'loseAnswer' }
  /** The connection is closed before the request reaches the server behind: with no `times`, a total outage. */
  | { readonly kind: 'refuse' }
  /** The request is passed on once something is done. */
  | { readonly kind: 'hold'; readonly until: () => Promise<unknown> }

export interface FaultRule {
  readonly fault: Fault
  /** Only requests with this method. */
  readonly method?: string
  /** Only requests whose URL (path and query, percent-encoded) matches. */
  readonly url?: RegExp
  /** How many matching requests pass unharmed first. @default 0 */
  readonly after?: number
  /** How many matching requests suffer. @default every one */
  readonly times?: number
  /** Each matching request suffers with this probability (0 to 1). @default 1 */
  readonly probability?: number
}

export interface ProxiedRequest {
  readonly method: string
  readonly url: string
  readonly range: string | undefined
  readonly fault: Fault['kind'] | undefined
}

export interface FaultProxy {
  /** Give this in place of the server's own: `{ ...server.options, endpoint: proxy.endpoint }`. */
  readonly endpoint: string
  /** Adds a rule; the first that matches a request decides. Returns a function that takes the rule away again. */
  add(rule: FaultRule): () => void
  /** Takes all rules away. */
  clear(): void
  /** Every request so far, oldest first. */
  readonly requests: readonly ProxiedRequest[]
  /** Connections accepted so far. */
  connections(): number
  close(): Promise<void>
}

/** A policy for tests: tries five times, waits for nothing between them, and gives a busy machine time to answer. */
export const impatient: RetryPolicy = {
  attempts: 5,
  baseMilliseconds: 0,
  capMilliseconds: 0,
  attemptTimeoutMilliseconds: 60_000,
}

/**
 * An HTTP proxy on 127.0.0.1 that harms requests by rules. Head and body pass unchanged, the Host header too, so that signatures hold.
 *
 *     const proxy = await startFaultProxy(s3.server.endpoint)
 *     test.after(() => proxy.close())
 *     proxy.add({ fault: { kind: 'answer', status: 503, code: 'SlowDown' }, method: 'GET', times: 2 })
 */
export async function startFaultProxy(
  upstream: string,
  random: () => number = Math.random,
): Promise<FaultProxy> {
  const target = new URL(upstream)
  const agent = new Agent({ keepAlive: true })
  const requests: ProxiedRequest[] = []
  const rules: { rule: FaultRule; met: number }[] = []
  let connections = 0

  const faultFor = (incoming: IncomingMessage): Fault | undefined => {
    for (const entry of rules) {
      const { rule } = entry
      if (rule.method !== undefined && rule.method !== incoming.method) continue
      if (rule.url !== undefined && !rule.url.test(incoming.url ?? '')) continue
      if (random() >= (rule.probability ?? 1)) continue
      entry.met += 1
      const index = entry.met - 1 - (rule.after ?? 0)
      if (index >= 0 && index < (rule.times ?? Number.POSITIVE_INFINITY)) return rule.fault
    }
    return undefined
  }

  const server = createServer(async (incoming, outgoing) => {
    const fault = faultFor(incoming)
    const { method = '', url = '' } = incoming
    requests.push({ method, url, range: incoming.headers.range, fault: fault?.kind })
    if (fault?.kind === 'refuse') return incoming.socket.destroy()
    if (fault?.kind === 'answer') return answerError(incoming, outgoing, fault)
    if (fault?.kind === 'hold') await fault.until()
    const passed = request(
      { agent, hostname: target.hostname, port: target.port, method, path: url, headers: incoming.headers },
      answer => passAnswer(answer, outgoing, fault),
    )
    passed.on('error', () => outgoing.socket?.destroy())
    outgoing.on('close', () => {
      if (!outgoing.writableFinished && fault?.kind !== 'loseAnswer') passed.destroy()
    })
    incoming.pipe(passed)
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    add(rule) {
      const entry = { rule, met: 0 }
      rules.push(entry)
      return () => {
        rules.splice(rules.indexOf(entry), 1)
      }
    },
    clear() {
      rules.length = 0
    },
    connections: () => connections,
    async close() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function answerError(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, code }: { readonly status: number; readonly code: string },
): void {
  incoming.resume()
  incoming.once('end', () => {
    const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>injected</Message></Error>`
    outgoing.writeHead(status, { 'content-type': 'application/xml', 'content-length': body.length })
    outgoing.end(incoming.method === 'HEAD' ? undefined : body)
  })
}

async function passAnswer(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === 'loseAnswer') {
    answer.resume()
    answer.once('end', () => outgoing.socket?.destroy())
    return
  }
  if (fault?.kind === 'stall' && fault.afterBytes < 0) {
    answer.resume()
    return
  }
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
  if (fault?.kind !== 'cut' && fault?.kind !== 'stall') {
    answer.pipe(outgoing)
    return
  }
  outgoing.flushHeaders()
  let left = fault.afterBytes
  try {
    for await (const chunk of answer) {
      if (left > 0) outgoing.write(chunk.subarray(0, left))
      left -= chunk.length
      if (left < 0) break
    }
  } catch {
    // The reader went away, or the server behind did: both end the same.
  }
  if (fault.kind === 'stall') return
  if (left >= 0) outgoing.end()
  else if (fault.reset) outgoing.socket?.resetAndDestroy()
  else outgoing.socket?.end()
}
