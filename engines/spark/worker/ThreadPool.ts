import { StageThread, type StageThreadOptions } from './StageThread.ts'

export interface ThreadPoolOptions extends Omit<StageThreadOptions, 'setting'> {
  /** The worker's program, for processes apart. */
  readonly program: string
  readonly idleSeconds: number
}

interface Place {
  readonly thread: StageThread
  readonly gpu: string | undefined
  timer: NodeJS.Timeout | undefined
}

/**
 * The threads of stages: one for each concurrent task; but tasks on one GPU share a thread, and so its model. Threads are kept for later
 * tasks over the same bundle.
 */
export class ThreadPool {
  readonly #options: ThreadPoolOptions
  #places: Place[] = []

  constructor(options: ThreadPoolOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#places.length
  }

  /** A thread with a stage's bundle; to be given back by `release`. */
  take(bundle: string, gpu?: string): StageThread {
    const free = this.#places.find(
      ({ thread, gpu: its }) =>
        !thread.retired &&
        thread.bundle === bundle &&
        its === gpu &&
        (gpu !== undefined || thread.tasks === 0),
    )
    if (free !== undefined) {
      clearTimeout(free.timer)
      free.timer = undefined
      return free.thread
    }
    const { program, ...rest } = this.#options
    const thread = new StageThread({ ...rest, setting: { bundle, program } })
    const place: Place = { thread, gpu, timer: undefined }
    this.#places.push(place)
    thread.ended.then(() => {
      clearTimeout(place.timer)
      this.#places = this.#places.filter(other => other !== place)
    })
    return thread
  }

  /** A task on the thread is over. */
  release(thread: StageThread): void {
    thread.tasks--
    if (thread.tasks > 0) return
    const place = this.#places.find(other => other.thread === thread)
    if (place === undefined) return
    if (thread.retired) void thread.close()
    else place.timer = setTimeout(() => void thread.close(), this.#options.idleSeconds * 1000)
  }

  async close(): Promise<void> {
    await Promise.all(this.#places.map(({ thread }) => thread.close()))
  }
}
