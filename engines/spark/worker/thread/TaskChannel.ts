import type { MessagePort } from 'node:worker_threads'
import { HubError } from '../../../../base/HubError.ts'
import type { FromTask, ToTask } from '../threadMessages.ts'

/** Outputs that may be on their way to Spark before the stage has to wait. */
const outputsUnderWay = 2

/** A task's side of its port: batches on request, outputs no faster than Spark takes them. */
export class TaskChannel {
  readonly #port: MessagePort
  readonly #stop = new AbortController()
  readonly #arrived: Uint8Array[] = []
  #waiting: ((message: Uint8Array | undefined) => void)[] = []
  #onRoom: (() => void) | undefined
  #underWay = 0
  #asked = false
  #ended = false

  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', (message: ToTask) => {
      if (message.type === 'batch') this.#arrive(message.message)
      else if (message.type === 'end') this.#arrive(undefined)
      else if (message.type === 'written') {
        this.#underWay--
        this.#onRoom?.()
      } else {
        this.#stop.abort(new HubError({ code: 'interrupted', message: 'the task was stopped' }))
        this.#arrive(undefined)
        this.#onRoom?.()
      }
    })
  }

  /** Aborted when nobody wants the task any more. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** The Arrow IPC message of the next batch; undefined after the last, or when the task was stopped. */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#arrived.length > 0) return this.#arrived.shift()
    if (this.#ended || this.signal.aborted) return undefined
    return await new Promise(resolve => {
      this.#waiting.push(resolve)
      this.#ask()
    })
  }

  /** Whoever waits for a batch waits no longer; the batch stays for the next who asks. */
  release(): void {
    for (const deliver of this.#waiting.splice(0)) deliver(undefined)
  }

  /** Hands bytes over to Spark; their buffer is no longer ours. */
  async output(bytes: Uint8Array): Promise<void> {
    this.#underWay++
    this.#post({ type: 'output', bytes }, [bytes.buffer as ArrayBuffer])
    while (this.#underWay >= outputsUnderWay && !this.signal.aborted)
      await new Promise<void>(resolve => (this.#onRoom = resolve))
  }

  /** The last message of the task. */
  finish(message: Extract<FromTask, { type: 'done' | 'error' }>): void {
    this.#post(message)
    this.#port.close()
  }

  #post(message: FromTask, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer)
  }

  /** For one batch at a time. */
  #ask(): void {
    if (!this.#asked) this.#post({ type: 'ready' })
    this.#asked = true
  }

  #arrive(message: Uint8Array | undefined): void {
    this.#asked = false
    if (message === undefined) {
      this.#ended = true
      this.release()
      return
    }
    const deliver = this.#waiting.shift()
    if (deliver === undefined) this.#arrived.push(message)
    else deliver(message)
    if (this.#waiting.length > 0) this.#ask()
  }
}
