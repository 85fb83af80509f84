import type { Fault } from '../../base/HubError.ts'

export interface StageToRun {
  /** URL of the module whose default export is the stage. */
  readonly module: string
  readonly params: unknown
}

/** What the main thread tells a worker. */
export type ToWorker =
  | { readonly type: 'start'; readonly stage: StageToRun }
  | { readonly type: 'batch'; readonly ipc: Uint8Array }
  /** No more batches: finish what was begun. */
  | { readonly type: 'end' }
  /** Leave what was begun. */
  | { readonly type: 'stop' }

/** What a worker tells the main thread. */
export type FromWorker =
  /** The stage asks for one more batch. */
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly ipc: Uint8Array }
  | { readonly type: 'done' }
  | {
      readonly type: 'error'
      readonly code: string
      readonly fault: Fault
      readonly message: string
      readonly hint: string | undefined
      readonly stack: string
    }
