import { setTimeout as sleep } from 'node:timers/promises'
import type { Rpc } from './Rpc.ts'
import { InterruptRequest_InterruptType } from './spark_connect_pb.ts'

/** Long enough for a server under load, short enough for Ctrl-C. */
const timeoutMs = 5000

/** Tells the server which answers of one execution it may forget. All of it is a courtesy: it forgets by itself after some minutes. */
export class Releases {
  readonly #rpc: Rpc
  readonly #execution: { readonly operationId: string }
  #wanted: string | undefined
  #running: Promise<void> | undefined

  constructor(rpc: Rpc, execution: { readonly operationId: string }) {
    this.#rpc = rpc
    this.#execution = execution
  }

  /** Everything up to this answer was read. Returns at once; while one call is under way only the latest of the others is kept. */
  until(responseId: string): void {
    this.#wanted = responseId
    if (this.#running !== undefined) return
    this.#running = this.#sendWanted()
    this.#rpc.inBackground(this.#running)
  }

  /** The execution is over: everything of it may go. Returns at once. */
  all(): void {
    this.#wanted = undefined
    this.#rpc.inBackground(this.#releaseAll())
  }

  /**
   * Ends an execution that nobody wants any more. Waits a few seconds at most. The first request of one that never answered may still be on
   * its way through a busy server: that is followed up in the background. Spark 4.0 may still run a shuffle's job that it submits in the
   * moment of the interrupt; nothing but the end of the application ends that.
   */
  async stop({ hasAnswered }: { readonly hasAnswered: boolean }): Promise<void> {
    this.#wanted = undefined
    for (let tries = 0; tries < 5; tries += 1) {
      const outcome = await this.#end()
      if (outcome === 'ended' || (outcome === 'unknown' && hasAnswered)) return
      await sleep(100)
    }
    if (!hasAnswered) this.#rpc.inBackground(this.#followUp())
  }

  async #followUp(): Promise<void> {
    const { closing } = this.#rpc
    for (let tries = 0; tries < 60 && !closing.aborted; tries += 1) {
      // A closed session takes its executions with it.
      await sleep(1000, undefined, { signal: closing, ref: false }).catch(() => {})
      if ((await this.#end()) === 'ended') return
    }
  }

  async #end(): Promise<'ended' | 'unknown' | 'unreachable'> {
    try {
      await this.#interrupt()
      return (await this.#releaseAll()) ? 'ended' : 'unknown'
    } catch {
      // Who cannot be reached ends the execution some minutes after its client is gone.
      return 'unreachable'
    }
  }

  async #sendWanted(): Promise<void> {
    try {
      while (this.#wanted !== undefined) {
        const responseId = this.#wanted
        this.#wanted = undefined
        await this.#send({ case: 'releaseUntil', value: { responseId } })
      }
    } catch {
      // The next one covers it.
    } finally {
      this.#running = undefined
    }
  }

  /** Whether the server knew the execution. */
  async #releaseAll(): Promise<boolean> {
    await this.#running
    const { operationId } = await this.#send({ case: 'releaseAll', value: {} })
    return operationId !== undefined
  }

  #send(
    release: { case: 'releaseAll'; value: object } | { case: 'releaseUntil'; value: { responseId: string } },
  ) {
    const request = { ...this.#rpc.head(), operationId: this.#execution.operationId, release }
    return this.#rpc.client.releaseExecute(request, { timeoutMs })
  }

  #interrupt() {
    const request = {
      ...this.#rpc.head(),
      interruptType: InterruptRequest_InterruptType.OPERATION_ID,
      interrupt: { case: 'operationId' as const, value: this.#execution.operationId },
    }
    return this.#rpc.client.interrupt(request, { timeoutMs })
  }
}
