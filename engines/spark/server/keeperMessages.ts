import type { HostAndPort, SparkMaster } from './parseMaster.ts'

/** What a keeper is to start and look after. */
export interface KeeperPlan {
  /** Java, or the spark-submit of a Spark that is installed. */
  readonly program: string
  readonly start: 'java' | 'submit'
  readonly javaOptions: readonly string[]
  readonly classPath: readonly string[]
  readonly archive?: string
  readonly home: string
  readonly master: SparkMaster
  readonly conf: Readonly<Record<string, string>>
  readonly driverMemory: string
  /** Of the Connect server; 0 for a free one. */
  readonly port: number
  /** Parent of the server's own temporary folder. */
  readonly temporaryFolder: string
  readonly logFile: string
  /** Whether the network namespace is new, so that its loopback is down. */
  readonly raiseLoopback: boolean
  /** Whether the way in is a Unix socket. */
  readonly bridged: boolean
  /** One of these must accept a connection first; none are asked for where it is empty. */
  readonly masters: readonly HostAndPort[]
  readonly startMilliseconds: number
  readonly graceMilliseconds: number
}

export type ToKeeper = { readonly type: 'start'; readonly plan: KeeperPlan } | { readonly type: 'stop' }

export type FromKeeper =
  /** The temporary folder, which goes away with the keeper. */
  | { readonly type: 'folder'; readonly folder: string }
  | { readonly type: 'java'; readonly pid: number }
  | { readonly type: 'ready'; readonly port: number; readonly socketPath?: string }
  | { readonly type: 'failed'; readonly failure: StartFailure }
  /** Java ended after it was ready, unasked; `tail` is the end of its log. */
  | { readonly type: 'died'; readonly how: string; readonly tail: string }

export type StartFailure =
  | { readonly kind: 'masterUnreachable'; readonly detail: string }
  | { readonly kind: 'notReady'; readonly tail: string }
  | { readonly kind: 'ended'; readonly how: string; readonly tail: string }
  /** What the keeper itself met. */
  | { readonly kind: 'other'; readonly message: string; readonly stack: string }
