import { Worker } from 'node:worker_threads'
import { HubError } from './HubError.ts'
import { moduleBeside } from './moduleBeside.ts'

/** What a function's thread sends back. */
export type FunctionReply =
  | { readonly type: 'result'; readonly result: unknown }
  | {
      readonly type: 'error'
      readonly code: string | undefined
      readonly fault: HubError['fault']
      readonly message: string
      readonly hint: string | undefined
      readonly stack: string
    }

export interface RunInWorkerOptions<A> {
  /** A module whose default export is an async function of `args`. */
  readonly module: URL
  /** Plain data. */
  readonly args: A
  readonly signal: AbortSignal
}

/**
 * Runs a function that computes for seconds in a thread of its own, so that signals, progress and locks are served meanwhile.
 * @throws what the function throws, its code and hint kept; the signal's reason
 */
export async function runInWorker<A, R>({ module, args, signal }: RunInWorkerOptions<A>): Promise<R> {
  signal.throwIfAborted()
  const worker = new Worker(moduleBeside(import.meta.url, 'functionWorker'), {
    workerData: { module: module.href, args },
  })
  let onAbort: (() => void) | undefined
  try {
    return await new Promise<R>((resolve, reject) => {
      onAbort = () => reject(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      worker.on('message', (reply: FunctionReply) =>
        reply.type === 'result' ? resolve(reply.result as R) : reject(failure(reply)),
      )
      worker.on('error', reject)
      worker.on('exit', code => reject(new Error(`the worker thread of ${module} ended with code ${code}`)))
    })
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
    await worker.terminate()
  }
}

function failure({ code, fault, message, hint, stack }: Extract<FunctionReply, { type: 'error' }>): Error {
  const cause = new Error(message)
  cause.stack = stack
  if (code === undefined) return cause
  return new HubError({ code, fault, message, cause, ...(hint === undefined ? {} : { hint }) })
}
