import type { MessagePort } from 'node:worker_threads'
import type { ErrorReport } from './ErrorReport.ts'
import type { StageCommand } from './StageCommand.ts'

/** One task for a stage's thread. */
export interface ThreadTask {
  /** With the files' paths in the parameters. */
  readonly command: StageCommand
  /** Arrow IPC message: the schema of what Spark sends, one struct column that holds the columns. */
  readonly schema: Uint8Array
  readonly gpu?: string
  /** Run the stage in a process of its own: an earlier try failed. */
  readonly apart: boolean
  /** When a stage that gives nothing is taken for one that hangs. */
  readonly stageSeconds: number
}

/** How to start what a thread starts: absolute paths. */
export interface ThreadSetting {
  readonly bundle: string
  /** The worker's program, for processes apart. */
  readonly program: string
}

/** What the main thread tells a stage's thread. */
export type ToThread =
  | { readonly type: 'task'; readonly task: ThreadTask; readonly port: MessagePort }
  /** Close what the stage keeps open, and end. */
  | { readonly type: 'close' }

/** What a stage's thread tells the main thread. */
export type FromThread =
  /** Processes apart, to be ended with this one. */
  { readonly type: 'child'; readonly pid: number; readonly alive: boolean }

/** What the main thread tells a task, through the task's port. */
export type ToTask =
  /** An Arrow IPC message. */
  | { readonly type: 'batch'; readonly message: Uint8Array }
  /** No more batches. */
  | { readonly type: 'end' }
  /** An output has gone to Spark. */
  | { readonly type: 'written' }
  /** Leave what was begun. */
  | { readonly type: 'stop' }

/** What a task tells the main thread. */
export type FromTask =
  /** The stage asks for one more batch. */
  | { readonly type: 'ready' }
  /** Arrow IPC messages of one batch, the first time after that of the schema. */
  | { readonly type: 'output'; readonly bytes: Uint8Array }
  | { readonly type: 'done' }
  | { readonly type: 'error'; readonly report: ErrorReport }
