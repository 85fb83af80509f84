import { MessageChannel, Worker } from 'node:worker_threads'
import { killProcess } from './StageThread.ts'
import type { FromTask, ThreadSetting, ThreadTask, ToTask, ToThread } from './threadMessages.ts'

/** What a process apart is told by its parent: first a task, then what any task is told. */
export type ToApart = { readonly type: 'task'; readonly task: ThreadTask } | ToTask

export interface ApartOptions {
  /** The module that a stage's thread begins with. */
  readonly threadEntry: URL
  readonly bundle: string
}

/**
 * A process that runs one task's stage, and may crash over it. The stage has a thread, so that this one can end the process with its parent
 * whatever the stage does.
 */
export function runApartProcess({ threadEntry, bundle }: ApartOptions): void {
  const end = () => killProcess(process.pid)
  process.on('disconnect', end)
  const workerData: ThreadSetting = { bundle, program: '' }
  const thread = new Worker(threadEntry, { workerData })
  const { port1: port, port2 } = new MessageChannel()
  port.on('message', (message: FromTask) => process.send?.(message))
  process.on('message', (message: ToApart) => {
    if (message.type === 'task')
      thread.postMessage(
        {
          type: 'task',
          task: { ...message.task, schema: Uint8Array.from(message.task.schema) },
          port: port2,
        } satisfies ToThread,
        [port2],
      )
    // As it came it may lie at any offset; Arrow wants words at their boundaries.
    else if (message.type === 'batch')
      port.postMessage({ ...message, message: Uint8Array.from(message.message) })
    else port.postMessage(message)
  })
  thread.on('error', error => console.error('imagehub worker: a thread apart stopped:', error))
  thread.on('exit', code => process.exit(code === 0 ? 1 : code))
}
