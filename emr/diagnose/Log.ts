import type { Place } from './Cause.ts'

/** A piece of a log, as EMR copied it: with gzip or without. */
export interface LogPart {
  readonly file: string
  open(): Promise<AsyncIterable<Uint8Array>>
}

/** One log of one program, in its parts, oldest first. */
export interface Log {
  readonly place: Place
  /** Names it in evidence: the file of its last part. */
  readonly file: string
  readonly parts: readonly LogPart[]
}

/** The logs of a cluster by kind. Nothing is listed before it is asked for, nothing read before its part is opened. */
export interface Logs {
  ofStep(stepId: string): AsyncIterable<Log>
  /** Of the containers of a YARN application, the application master's first. */
  ofApplication(applicationId: string): AsyncIterable<Log>
  ofBootstrap(): AsyncIterable<Log>
  /** Of what EMR installs and of YARN's NodeManagers. */
  ofNodes(): AsyncIterable<Log>
}
