import { MessageChannel } from 'node:worker_threads'
import type { HubError } from '../../../base/HubError.ts'
import type { ArrowMessage } from './arrowMessage.ts'
import { ReportedError } from './ErrorReport.ts'
import { HangWatch, hangs } from './HangWatch.ts'
import type { StageThread } from './StageThread.ts'
import type { FromTask, ThreadTask, ToTask } from './threadMessages.ts'

export interface RunOnThreadOptions {
  readonly thread: StageThread
  readonly task: ThreadTask
  /** The next batch of the input, undefined after the last. Read one ahead of the stage. */
  readonly read: () => Promise<ArrowMessage | undefined>
  /** Fulfilled when there is room for more. */
  readonly write: (bytes: Uint8Array) => Promise<void>
  readonly stopSeconds: number
  readonly signal: AbortSignal
}

/**
 * Runs one task on a stage's thread. Whatever the end, the stage no longer works on it then: one that does not stop when it is asked to is
 * ended with its thread.
 * @throws ReportedError as the stage reports it; HubError `stage_failed` where its thread ended; what `read` or `write` throw; the signal's reason
 */
export async function runOnThread(options: RunOnThreadOptions): Promise<void> {
  const { thread, task, read, write, signal } = options
  signal.throwIfAborted()
  const { port1: port, port2 } = new MessageChannel()
  const post = (message: ToTask, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
  let over = false
  let watch: HangWatch | undefined
  const work = new Promise<void>((resolve, reject) => {
    const readAhead = () => {
      const next = read()
      next.catch(reject)
      return next
    }
    let next = readAhead()
    let writing: Promise<void> = Promise.resolve()
    // A process apart is watched by its parent, row by row where it comes to that.
    if (!task.apart)
      watch = new HangWatch({
        seconds: task.stageSeconds,
        onHang: () => reject(hangs(`stage ${task.command.stage}`, task.stageSeconds)),
      })
    const onReady = (message: ArrowMessage | undefined) => {
      watch?.answered()
      if (message === undefined) return post({ type: 'end' })
      post({ type: 'batch', message: message.bytes }, [message.bytes.buffer])
      next = readAhead()
    }
    port.on('message', (message: FromTask) => {
      if (message.type === 'ready') {
        watch?.asked()
        next.then(onReady, () => undefined)
      } else if (message.type === 'output') {
        watch?.asked()
        writing = writing
          .then(() => write(message.bytes))
          .then(() => {
            watch?.answered()
            post({ type: 'written' })
          })
        writing.catch(reject)
      } else {
        over = true
        watch?.stop()
        if (message.type === 'done') writing.then(resolve, reject)
        else writing.then(() => reject(new ReportedError(message.report)), reject)
      }
    })
    thread.ended.then((error: HubError) => {
      over = true
      reject(error)
    })
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  thread.begin(task, port2)
  try {
    await work
  } catch (thrown) {
    if (!over) {
      post({ type: 'stop' })
      const stopped = new Promise<void>(resolve =>
        port.on('message', ({ type }: FromTask) => {
          if (type === 'done' || type === 'error') resolve()
        }),
      )
      const timer = setTimeout(() => void thread.kill(), options.stopSeconds * 1000)
      await Promise.race([stopped, thread.ended])
      clearTimeout(timer)
    }
    // A stage that threw may have left something half done behind it.
    if (!signal.aborted) thread.retired = true
    throw thrown
  } finally {
    watch?.stop()
    port.close()
  }
}
