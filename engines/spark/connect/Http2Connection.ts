import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionRequestOptions,
  connect,
  type OutgoingHttpHeaders,
} from 'node:http2'
import type { Socket } from 'node:net'
import type { KeepAlive } from './KeepAlive.ts'

export interface Http2ConnectionOptions {
  /** `http://host:port` or `https://host:port` */
  readonly authority: string
  readonly openSocket: () => Socket
  readonly keepAlive: KeepAlive
}

/** Bytes that the server may send ahead: of one stream, and of all together. */
const streamWindowBytes = 4 << 20
const connectionWindowBytes = 16 << 20

/**
 * What Connect's transport sends requests over: one HTTP/2 connection, opened by the first request and again by the first one after a
 * loss. In place of Connect's own manager, which never ends when a peer hangs up in the moment of connecting.
 */
export class Http2Connection {
  readonly authority: string
  readonly #options: Http2ConnectionOptions
  readonly #peers = new Map<ClientHttp2Session, Peer>()
  #current: Promise<Peer> | undefined
  #pingInterval: number

  constructor(options: Http2ConnectionOptions) {
    this.authority = options.authority
    this.#options = options
    this.#pingInterval = options.keepAlive.pingIntervalMilliseconds
  }

  async request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    options: Omit<ClientSessionRequestOptions, 'signal'>,
  ): Promise<ClientHttp2Stream> {
    this.#current ??= this.#connect()
    const peer = await this.#current
    return peer.request({ ...headers, ':method': method, ':path': path }, options)
  }

  notifyResponseByteRead({ session }: ClientHttp2Stream): void {
    for (const [known, peer] of this.#peers) if (known === session) peer.heard()
  }

  /** Ends the connection and every stream on it. */
  close(): void {
    for (const session of this.#peers.keys()) session.destroy()
  }

  #connect(): Promise<Peer> {
    const { authority, openSocket, keepAlive } = this.#options
    const session = connect(authority, {
      createConnection: openSocket,
      settings: { initialWindowSize: streamWindowBytes, enablePush: false },
    })
    const peer = new Peer(session, this.#pingInterval, keepAlive.timeoutMilliseconds)
    this.#peers.set(session, peer)
    const opening = new Promise<Peer>((resolve, reject) => {
      session.once('connect', () => {
        // One that was closed meanwhile is refused below.
        if (session.destroyed) return
        session.setLocalWindowSize(connectionWindowBytes)
        resolve(peer)
      })
      session.on('error', reject)
      session.once('close', () => reject(new Error('the connection was closed')))
    })
    // A session that is closing still carries its streams to their end; new ones need another.
    const leave = () => {
      if (this.#current === opening) this.#current = undefined
    }
    session.once('close', () => {
      leave()
      peer.stop()
      this.#peers.delete(session)
    })
    session.once('error', leave)
    session.once('goaway', (_code, _lastStream, reason) => {
      leave()
      if (reason?.toString('latin1') === 'too_many_pings') this.#pingInterval *= 2
    })
    return opening
  }
}

/** The other end of one connection, and whether it still answers. */
class Peer {
  readonly #session: ClientHttp2Session
  readonly #interval: number
  readonly #timeout: number
  #streams = 0
  #heardAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(session: ClientHttp2Session, interval: number, timeout: number) {
    this.#session = session
    this.#interval = interval
    this.#timeout = timeout
  }

  request(
    headers: OutgoingHttpHeaders,
    options: Omit<ClientSessionRequestOptions, 'signal'>,
  ): ClientHttp2Stream {
    const stream = this.#session.request(headers, options)
    this.#streams += 1
    if (this.#streams === 1) this.#wake()
    stream.once('response', () => this.heard())
    stream.once('close', () => {
      this.#streams -= 1
      if (this.#streams === 0) this.#rest()
    })
    return stream
  }

  /** It sent something. */
  heard(): void {
    this.#heardAt = performance.now()
    if (this.#streams > 0) this.#schedule()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** Who was not heard for long, or never, must answer a ping at once: the connection may have died while nobody used it. */
  #wake(): void {
    this.#session.ref()
    if (performance.now() - this.#heardAt > this.#interval) this.#ping()
    else this.#schedule()
  }

  /** An idle connection holds no process back. */
  #rest(): void {
    this.stop()
    this.#session.unref()
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#ping(), this.#interval).unref()
  }

  #ping(): void {
    if (this.#session.destroyed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#session.destroy(new Error(`no answer to a ping within ${this.#timeout} ms`))
    }, this.#timeout).unref()
    this.#session.ping(error => {
      if (error === null) this.heard()
    })
  }
}
