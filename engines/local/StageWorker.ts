import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { RecordBatch } from 'apache-arrow'
import { HubError } from '../../base/HubError.ts'
import { moduleBeside } from '../../base/moduleBeside.ts'
import { ipcToBatch } from '../../tables/batch.ts'
import { processEnded } from '../stageErrors.ts'
import type { FromWorker, StageToRun, ToWorker } from './messages.ts'

export interface StageWorkerEvents {
  /** The stage asks for one more batch; answered by `give` or `end`. */
  readonly onReady: () => void
  readonly onResult: (batch: RecordBatch) => void
  readonly onDone: () => void
  /** The stage threw, or its worker ended before it was done (`stage_crashed` where a fault of its own ended the process). */
  readonly onError: (error: HubError) => void
}

export interface StageWorkerOptions {
  readonly stage: StageToRun
  /** In a process of its own, which may crash without taking this one along. @default a thread */
  readonly apart?: boolean
  readonly events: StageWorkerEvents
}

interface Channel {
  readonly send: (message: ToWorker, transfer?: ArrayBuffer[]) => void
  readonly stop: () => Promise<unknown>
}

interface ChannelEvents {
  readonly onMessage: (message: FromWorker) => void
  /** After the last message. */
  readonly onEnd: (error: HubError) => void
}

/** One worker with one copy of a stage. */
export class StageWorker {
  readonly #channel: Channel
  #finished = false

  constructor({ stage, apart = false, events }: StageWorkerOptions) {
    const finish = (deliver: () => void) => {
      if (this.#finished) return
      this.#finished = true
      deliver()
    }
    const open = apart ? openProcess : openThread
    this.#channel = open({
      onMessage: message => {
        if (message.type === 'ready') events.onReady()
        else if (message.type === 'result') events.onResult(ipcToBatch(message.ipc))
        else if (message.type === 'done') finish(events.onDone)
        else finish(() => events.onError(stageError(message)))
      },
      onEnd: error => finish(() => events.onError(error)),
    })
    this.#channel.send({ type: 'start', stage })
  }

  give(ipc: Uint8Array): void {
    this.#channel.send({ type: 'batch', ipc }, [ipc.buffer as ArrayBuffer])
  }

  end(): void {
    this.#channel.send({ type: 'end' })
  }

  async stop(): Promise<void> {
    this.#finished = true
    await this.#channel.stop()
  }
}

const workerModule = () => moduleBeside(import.meta.url, 'worker')

/** Longer than a batch takes; a stage that hangs is ended then. */
const stopMilliseconds = 5000

function openThread({ onMessage, onEnd }: ChannelEvents): Channel {
  const worker = new Worker(workerModule(), { name: 'imagehub-stage' })
  const ended = new Promise<void>(resolve => worker.once('exit', () => resolve()))
  worker.on('message', onMessage)
  worker.on('error', cause => onEnd(failed(`a worker thread stopped: ${cause.message}`, cause)))
  worker.on('exit', code => onEnd(failed(`a worker thread ended with code ${code}`)))
  return {
    send: (message, transfer = []) => worker.postMessage(message, transfer),
    // Asked first: to end a thread while onnxruntime or sharp is at work in it may end the whole process.
    stop: async () => {
      worker.postMessage({ type: 'stop' } satisfies ToWorker)
      const timer = setTimeout(() => worker.terminate(), stopMilliseconds)
      await ended
      clearTimeout(timer)
    },
  }
}

function openProcess({ onMessage, onEnd }: ChannelEvents): Channel {
  const child = fork(workerModule(), [], {
    serialization: 'advanced',
    // What a stage prints must not mix with the command's answer.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  child.on('message', onMessage)
  child.on('error', cause => onEnd(failed(`a worker process stopped: ${cause.message}`, cause)))
  // Unlike 'exit', 'close' comes after the last message.
  child.on('close', (code, signal) => onEnd(processEnded(code, signal)))
  return {
    // A message to a process that has just died is lost with it: 'close' tells of its end.
    send: message => child.send(message, () => {}),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

function failed(message: string, cause?: Error): HubError {
  return new HubError({ code: 'stage_failed', message, cause })
}

function stageError({ code, fault, message, hint, stack }: Extract<FromWorker, { type: 'error' }>): HubError {
  const cause = new Error(message)
  cause.stack = stack
  return new HubError({ code, fault, message, cause, ...(hint === undefined ? {} : { hint }) })
}
