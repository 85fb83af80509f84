import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectError } from '@connectrpc/connect'
import { HubError } from '../../../base/HubError.ts'
import { asConnectError, callFailure } from './callFailure.ts'
import { type ChannelOptions, openChannel, type SparkClient, sendLimitBytes } from './openChannel.ts'
import { pauseAfter, type RetryPolicy } from './retryPolicy.ts'
import { describeAddress } from './SparkAddress.ts'
import type { ServerException } from './SparkError.ts'
import { attachedError, chainOf, toSparkError } from './toSparkError.ts'

/** What every request of a session begins with. */
export interface RequestHead {
  readonly sessionId: string
  readonly userContext: { readonly userId: string; readonly userName: string }
  readonly clientType: string
  /** Spark 4 checks it: a server started anew must not take over a session whose views and files it never saw. */
  readonly clientObservedServerSideSessionId?: string
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  readonly retry?: RetryPolicy
}

export interface RpcOptions extends ChannelOptions {
  readonly retry: RetryPolicy
}

/** Calls of one session: repeated when the connection is lost, their errors in imagehub's words. */
export class Rpc {
  readonly sessionId = randomUUID()
  readonly client: SparkClient
  readonly retry: RetryPolicy
  readonly where: string
  readonly #userId: string
  readonly #close: () => void
  readonly #background = new Set<Promise<unknown>>()
  #serverSideSessionId = ''
  readonly #closing = new AbortController()
  #closed = false

  constructor(options: RpcOptions) {
    const { client, close } = openChannel(options)
    this.client = client
    this.#close = close
    this.retry = options.retry
    this.where = describeAddress(options.address)
    this.#userId = options.address.userId ?? 'imagehub'
  }

  /** Aborted once the session is about to close. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** @throws HubError `spark_session_lost` after `close` */
  head(): RequestHead {
    if (this.#closed) {
      throw new HubError({ code: 'spark_session_lost', message: `the session at ${this.where} is closed` })
    }
    const seen = this.#serverSideSessionId
    return {
      sessionId: this.sessionId,
      userContext: { userId: this.#userId, userName: this.#userId },
      clientType: 'imagehub',
      ...(seen === '' ? {} : { clientObservedServerSideSessionId: seen }),
    }
  }

  /** Remembers which of the server's sessions answered. */
  observe(response: { readonly serverSideSessionId: string }): void {
    if (this.#serverSideSessionId === '') this.#serverSideSessionId = response.serverSideSessionId
  }

  /**
   * Makes a call that may be made twice, again as long as the policy says while the connection is lost.
   * @throws SparkError what the server answered
   * @throws HubError `spark_unreachable`, `spark_message_too_large`
   * @throws the signal's reason
   */
  async call<Response>(
    make: (client: SparkClient, head: RequestHead, options: { signal?: AbortSignal }) => Promise<Response>,
    { signal, retry = this.retry }: CallOptions = {},
  ): Promise<Response> {
    for (let failures = 1; ; failures += 1) {
      signal?.throwIfAborted()
      try {
        return await make(this.client, this.head(), signal === undefined ? {} : { signal })
      } catch (thrown) {
        await this.pauseOrThrow({ thrown, failures, signal, retry })
      }
    }
  }

  /** Waits after a lost connection; throws what else a call failed of, and when the policy gives up. */
  async pauseOrThrow(options: {
    readonly thrown: unknown
    readonly failures: number
    readonly signal?: AbortSignal | undefined
    readonly retry?: RetryPolicy
    /** Whether to try again, where the caller knows better. */
    readonly lost?: boolean | undefined
    /** Waits so long at least, whatever the policy says. @default 0 */
    readonly pauseMilliseconds?: number | undefined
  }): Promise<void> {
    const { thrown, failures, signal, retry = this.retry, pauseMilliseconds = 0 } = options
    signal?.throwIfAborted()
    const error = asConnectError(thrown)
    if (error === undefined) throw thrown
    const lost = options.lost ?? callFailure(error) === 'lost'
    const pause = lost ? pauseAfter(retry, failures) : undefined
    if (pause === undefined) throw await this.explain(error)
    const longer = Math.max(pause, pauseMilliseconds)
    await sleep(longer, undefined, signal === undefined ? {} : { signal }).catch(() =>
      signal?.throwIfAborted(),
    )
  }

  /** What to throw for a failed call; asks the server for what it left out. */
  async explain(error: ConnectError): Promise<HubError> {
    const failure = callFailure(error)
    if (failure === 'answered') return toSparkError(await this.#chain(error), error)
    if (failure === 'too_large') {
      return new HubError({
        code: 'spark_message_too_large',
        message: `a message to or from ${this.where} is too large: ${error.rawMessage}`,
        hint: `plans hold up to ${sendLimitBytes >> 20} MiB, results a row of that size: keep large data in files and give Spark their paths`,
        cause: error,
      })
    }
    if (failure === 'denied') {
      return new HubError({
        code: 'spark_denied',
        message: `the Spark Connect server at ${this.where} does not let us in: ${error.rawMessage}`,
        hint: 'the address needs the token of that server: sc://host:port/;use_ssl=true;token=...',
        fault: 'user',
        cause: error,
      })
    }
    return this.unreachable(error.rawMessage, {
      verb: failure === 'refused' ? 'refuses us' : undefined,
      cause: error,
    })
  }

  /** The error `spark_unreachable`. */
  unreachable(
    reason: string,
    { verb = 'cannot be reached', cause }: { verb?: string | undefined; cause?: unknown } = {},
  ): HubError {
    return new HubError({
      code: 'spark_unreachable',
      message: `the Spark Connect server at ${this.where} ${verb}: ${reason}`,
      hint: 'is a Spark Connect server listening there (its log says so), over TLS exactly if the address says use_ssl=true?',
      cause,
    })
  }

  async #chain(error: ConnectError): Promise<readonly ServerException[]> {
    const { exception, errorId } = attachedError(error)
    if (errorId === undefined) return [exception]
    try {
      const request = { ...this.head(), errorId }
      const chain = chainOf(await this.client.fetchErrorDetails(request, { timeoutMs: 5000 }))
      return chain.length === 0 ? [exception] : chain
    } catch {
      // The details are a courtesy: without them the error still says what the status said.
      return [exception]
    }
  }

  /** Lets a call that nobody waits for finish before the session closes. */
  inBackground(work: Promise<unknown>): void {
    const settled = work.then(
      () => {},
      () => {},
    )
    this.#background.add(settled)
    settled.then(() => this.#background.delete(settled))
  }

  /** Waits for what runs in the background, a few seconds at most, and ends the connection. */
  async close(): Promise<void> {
    this.#closing.abort()
    const timer = new AbortController()
    await Promise.race([
      Promise.all(this.#background),
      sleep(5000, undefined, { signal: timer.signal }).catch(() => {}),
    ])
    timer.abort()
    this.#closed = true
    this.#close()
  }
}
