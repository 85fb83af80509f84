import { Worker } from 'node:worker_threads'
import type { RecordBatch } from 'apache-arrow'
import { HubError } from '../../base/HubError.ts'
import { ipcToBatch } from '../../tables/batch.ts'
import type { FromWorker, ToWorker, WorkerData } from './messages.ts'

export interface StageWorkerEvents {
  /** The stage asks for one more batch; answered by `give` or `end`. */
  readonly onReady: () => void
  readonly onResult: (batch: RecordBatch) => void
  readonly onDone: () => void
  readonly onError: (error: HubError) => void
}

/** One worker thread with one copy of a stage. Source files run natively, compiled ones as JavaScript. */
export class StageWorker {
  readonly #worker: Worker
  #finished = false

  constructor(data: WorkerData, events: StageWorkerEvents) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    this.#worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
      workerData: data,
      name: 'imagehub-stage',
    })
    const finish = (deliver: () => void) => {
      if (this.#finished) return
      this.#finished = true
      deliver()
    }
    this.#worker.on('message', (message: FromWorker) => {
      if (message.type === 'ready') events.onReady()
      else if (message.type === 'result') events.onResult(ipcToBatch(message.ipc))
      else if (message.type === 'done') finish(events.onDone)
      else finish(() => events.onError(stageError(message)))
    })
    this.#worker.on('error', cause =>
      finish(() =>
        events.onError(
          new HubError({ code: 'stage_failed', message: `a worker thread stopped: ${cause.message}`, cause }),
        ),
      ),
    )
    this.#worker.on('exit', code =>
      finish(() =>
        events.onError(
          new HubError({ code: 'stage_failed', message: `a worker thread ended with code ${code}` }),
        ),
      ),
    )
  }

  give(ipc: Uint8Array): void {
    this.#worker.postMessage({ type: 'batch', ipc } satisfies ToWorker, [ipc.buffer as ArrayBuffer])
  }

  end(): void {
    this.#worker.postMessage({ type: 'end' } satisfies ToWorker)
  }

  async stop(): Promise<void> {
    this.#finished = true
    await this.#worker.terminate()
  }
}

function stageError({ code, message, hint, stack }: Extract<FromWorker, { type: 'error' }>): HubError {
  const cause = new Error(message)
  cause.stack = stack
  return new HubError({ code, message, cause, ...(hint === undefined ? {} : { hint }) })
}
