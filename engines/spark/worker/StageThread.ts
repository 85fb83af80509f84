import { type MessagePort, Worker } from 'node:worker_threads'
import { HubError, toError } from '../../../base/HubError.ts'
import type { FromThread, ThreadSetting, ThreadTask, ToThread } from './threadMessages.ts'

export interface StageThreadOptions {
  /** The module that a thread begins with. */
  readonly entry: URL
  readonly setting: ThreadSetting
  /** Process ids of the processes apart that are to end with this one. */
  readonly children: Set<number>
  readonly stopSeconds: number
}

/** A thread that has a stage loaded and runs tasks over it. */
export class StageThread {
  readonly bundle: string
  /** Tasks that it was given and that are not over. */
  tasks = 0
  /** No more tasks, for it may be damaged. */
  retired = false
  /** Fulfilled when the thread has ended, with what ended it. */
  readonly ended: Promise<HubError>
  readonly #worker: Worker
  readonly #stopMilliseconds: number
  #alive = true

  constructor({ entry, setting, children, stopSeconds }: StageThreadOptions) {
    this.bundle = setting.bundle
    this.#stopMilliseconds = stopSeconds * 1000
    const worker = new Worker(entry, { name: 'imagehub-stage', workerData: setting })
    this.#worker = worker
    const own = new Set<number>()
    worker.on('message', ({ pid, alive }: FromThread) => {
      for (const pids of [own, children]) alive ? pids.add(pid) : pids.delete(pid)
    })
    let reason: HubError | undefined
    worker.on('error', thrown => {
      const cause = toError(thrown)
      reason ??= failed(`a worker thread stopped: ${cause.message}`, cause)
    })
    this.ended = new Promise(resolve =>
      worker.once('exit', code => {
        this.#alive = false
        this.retired = true
        for (const pid of own) {
          children.delete(pid)
          killProcess(pid)
        }
        resolve(reason ?? failed(`a worker thread ended with code ${code}`))
      }),
    )
  }

  begin(task: ThreadTask, port: MessagePort): void {
    this.tasks++
    this.#worker.postMessage({ type: 'task', task, port } satisfies ToThread, [port])
  }

  /** Ends it by force: what it was at is lost. */
  async kill(): Promise<void> {
    this.retired = true
    if (this.#alive) await this.#worker.terminate()
  }

  /** Ends it when it has closed what its stage keeps open. */
  async close(): Promise<void> {
    this.retired = true
    if (!this.#alive) return
    this.#worker.postMessage({ type: 'close' } satisfies ToThread)
    const timer = setTimeout(() => void this.#worker.terminate(), this.#stopMilliseconds)
    await this.ended
    clearTimeout(timer)
  }
}

export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function failed(message: string, cause?: Error): HubError {
  return new HubError({ code: 'stage_failed', message, cause })
}
