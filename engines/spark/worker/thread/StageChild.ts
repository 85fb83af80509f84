import { type ChildProcess, fork } from 'node:child_process'
import type { RecordBatch } from 'apache-arrow'
import { HubError } from '../../../../base/HubError.ts'
import { processEnded } from '../../../stageErrors.ts'
import { firstMessageLength } from '../arrowMessage.ts'
import { ReportedError } from '../ErrorReport.ts'
import { hangs } from '../HangWatch.ts'
import type { ToApart } from '../runApartProcess.ts'
import type { FromTask, ThreadSetting, ThreadTask } from '../threadMessages.ts'
import { batchDecoder, batchEncoder, batchOf, columnsOf } from './arrowBatches.ts'

export interface StageChildOptions {
  readonly task: ThreadTask
  readonly setting: ThreadSetting
  readonly onChild: (pid: number, alive: boolean) => void
}

interface Waiting {
  readonly resolve: (batch: RecordBatch) => void
  readonly reject: (error: Error) => void
}

/** A process with one copy of a stage, which may crash without taking this one along. */
export class StageChild {
  readonly #process: ChildProcess
  readonly #task: ThreadTask
  #timer: NodeJS.Timeout | undefined
  #started = false
  #schema: Uint8Array | undefined
  #waiting: Waiting | undefined
  #failed: Error | undefined

  constructor({ task, setting, onChild }: StageChildOptions) {
    // Carried columns stay here.
    this.#task = { ...task, apart: false, command: { ...task.command, carry: [] } }
    const child = fork(setting.program, ['--apart', setting.bundle], {
      serialization: 'advanced',
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    this.#process = child
    const { pid } = child
    if (pid !== undefined) onChild(pid, true)
    child.on('message', (message: FromTask) => this.#onMessage(message))
    child.on('error', cause =>
      this.#fail(new HubError({ code: 'stage_failed', message: cause.message, cause })),
    )
    // Unlike 'exit', 'close' comes after the last message.
    child.on('close', (code, signal) => {
      if (pid !== undefined) onChild(pid, false)
      this.#fail(processEnded(code, signal))
    })
  }

  /**
   * What the stage makes of a batch; one at a time.
   * @throws HubError `stage_crashed` where the process crashed, `stage_hangs` where it gave nothing and was killed; ReportedError as the stage throws
   */
  async run(batch: RecordBatch): Promise<RecordBatch> {
    return await this.#answer(() => {
      const bytes = batchEncoder()(columnsOf(batch), batch.numRows)
      const schemaLength = firstMessageLength(bytes)
      if (!this.#started)
        this.#send({ type: 'task', task: { ...this.#task, schema: bytes.subarray(0, schemaLength) } })
      this.#started = true
      this.#send({ type: 'batch', message: bytes.subarray(schemaLength) })
    })
  }

  /**
   * Tells the stage that no more comes, and waits until it is done with it: what it gives too much is told now at the latest.
   * @throws as `run` does
   */
  async finish(): Promise<void> {
    await this.#answer(() => this.#send({ type: 'end' }))
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  /** What the process answers to what `ask` sends it. */
  async #answer(ask: () => void): Promise<RecordBatch> {
    if (this.#failed !== undefined) throw this.#failed
    const { stageSeconds } = this.#task
    const onHang = () => {
      this.#fail(hangs('a worker process', stageSeconds))
      this.kill()
    }
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject }
        this.#timer = setTimeout(onHang, stageSeconds * 1000)
        ask()
      })
    } finally {
      clearTimeout(this.#timer)
    }
  }

  #send(message: ToApart): void {
    // A message to a process that has just died is lost with it: 'close' tells of its end.
    this.#process.send(message, () => {})
  }

  #onMessage(message: FromTask): void {
    if (message.type === 'output') {
      this.#send({ type: 'written' })
      // As it came it may lie at any offset; Arrow wants words at their boundaries.
      const bytes = Uint8Array.from(message.bytes)
      const schemaLength = this.#schema === undefined ? firstMessageLength(bytes) : 0
      this.#schema ??= bytes.subarray(0, schemaLength)
      const waiting = this.#waiting
      this.#waiting = undefined
      waiting?.resolve(batchDecoder(this.#schema)(bytes.subarray(schemaLength)))
    } else if (message.type === 'done') this.#waiting?.resolve(batchOf([], 0))
    else if (message.type === 'error') this.#fail(new ReportedError(message.report))
  }

  #fail(error: Error): void {
    this.#failed ??= error
    this.#waiting?.reject(this.#failed)
    this.#waiting = undefined
  }
}
