import { parentPort, workerData } from 'node:worker_threads'
import { KeptResources } from '../../../../stages/KeptResources.ts'
import type { Stage } from '../../../../stages/Stage.ts'
import type { FromThread, ThreadSetting, ToThread } from '../threadMessages.ts'
import { runThreadTask } from './runThreadTask.ts'

/** Runs a stage over tasks in this thread until it is told to close. The last thing that a stage's bundle does. */
export function serveStage(stage: Stage): void {
  const port = parentPort
  if (port === null) throw new Error('a stage is served in a worker thread')
  const kept = new KeptResources()
  const onChild = (pid: number, alive: boolean) =>
    port.postMessage({ type: 'child', pid, alive } satisfies FromThread)
  port.on('message', (message: ToThread) => {
    if (message.type === 'task')
      void runThreadTask({
        stage,
        task: message.task,
        port: message.port,
        keep: kept.keep,
        setting: workerData as ThreadSetting,
        onChild,
      })
    else void kept[Symbol.asyncDispose]().finally(() => process.exit(0))
  })
}
