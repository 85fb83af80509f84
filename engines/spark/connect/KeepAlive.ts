/** How a peer that went away without a word is noticed. */
export interface KeepAlive {
  /**
   * A ping after so much silence while a call is open. Spark's server cuts off who pings more than twice without getting data, and
   * ends a silent stream after two minutes by itself: so not below 40 s, unless the server is known to allow it.
   */
  readonly pingIntervalMilliseconds: number
  /** How long an answer to a ping, or a new connection, may take. */
  readonly timeoutMilliseconds: number
}

export const defaultKeepAlive: KeepAlive = { pingIntervalMilliseconds: 50_000, timeoutMilliseconds: 15_000 }
