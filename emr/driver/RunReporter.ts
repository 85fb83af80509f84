import type { Progress } from '../../engines/Engine.ts'
import type { RunProgress } from '../runs/RunFiles.ts'
import type { RunStore } from '../runs/RunStore.ts'

/** How much of the log the hub has. */
const logCharacters = 64 * 1024

export interface RunReporterOptions {
  readonly store: RunStore
  /** Where lines go at once: the step's log. */
  readonly print: (line: string) => void
  /** Between two writes to the hub. @default 5000 */
  readonly everyMilliseconds?: number
}

/** Tells whoever watches how far a run is: EMR's own logs come minutes late. */
export class RunReporter implements AsyncDisposable {
  readonly #store: RunStore
  readonly #print: (line: string) => void
  readonly #timer: NodeJS.Timeout
  #progress: Omit<RunProgress, 'at'> = { stage: 'starting', rowsDone: 0, rowsTotal: 0, rowsResumed: 0 }
  #log = ''
  #writtenLog = ''
  #writing: Promise<void> = Promise.resolve()

  constructor({ store, print, everyMilliseconds = 5000 }: RunReporterOptions) {
    this.#store = store
    this.#print = print
    this.#timer = setInterval(() => this.#write(), everyMilliseconds)
    this.#timer.unref()
  }

  /** Something that has no rows to count. */
  stage(stage: string): void {
    this.progress({ stage, rowsDone: 0, rowsTotal: 0, rowsResumed: 0 })
  }

  progress(progress: Progress): void {
    if (progress.stage !== this.#progress.stage) this.note(progress.stage)
    this.#progress = progress
  }

  note(text: string): void {
    const line = `${new Date().toISOString()} ${text}`
    this.#print(line)
    this.#log = `${this.#log}${line}\n`.slice(-logCharacters)
  }

  /** One write at a time. That one fails is no reason to end a run: the next one follows. */
  #write(): void {
    this.#writing = this.#writing.then(() => this.#writeNews()).catch(() => {})
  }

  async #writeNews(): Promise<void> {
    const log = this.#log
    if (log !== this.#writtenLog) await this.#store.writeLog(log)
    this.#writtenLog = log
    // Also where nothing moved: that it is fresh says that the driver lives.
    await this.#store.writeProgress({ at: new Date().toISOString(), ...this.#progress })
  }

  /** Everything told so far is in the hub then, unless the hub cannot be written. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    this.#write()
    await this.#writing
  }
}
