import { parentPort, workerData } from 'node:worker_threads'
import type { RecordBatch } from 'apache-arrow'
import { HubError, toError } from '../../base/HubError.ts'
import type { Stage } from '../../stages/Stage.ts'
import { batchToIpc, ipcToBatch } from '../../tables/batch.ts'
import type { FromWorker, ToWorker, WorkerData } from './messages.ts'

// A worker thread: one copy of a stage, fed with batches on request.

const port = parentPort
if (port === null) throw new Error('engines/local/worker is started by the local engine as a worker thread')

const { module, params } = workerData as WorkerData
const arrived: ToWorker[] = []
let wake: (() => void) | undefined
port.on('message', (message: ToWorker) => {
  arrived.push(message)
  wake?.()
})

const send = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

async function* batches(): AsyncGenerator<RecordBatch> {
  for (;;) {
    send({ type: 'ready' })
    while (arrived.length === 0) await new Promise<void>(resolve => (wake = resolve))
    const message = arrived.shift()
    if (message === undefined || message.type === 'end') return
    yield ipcToBatch(message.ipc)
  }
}

try {
  const { default: stage } = (await import(module)) as { default: Stage }
  const context = { params: stage.params.parse(params), signal: new AbortController().signal }
  for await (const output of stage.map(batches(), context)) {
    const ipc = batchToIpc(output)
    send({ type: 'result', ipc }, [ipc.buffer as ArrayBuffer])
  }
  send({ type: 'done' })
} catch (thrown) {
  const error = toError(thrown)
  send({
    type: 'error',
    code: error instanceof HubError ? error.code : 'stage_failed',
    message: error.message,
    hint: error instanceof HubError ? error.hint : undefined,
    stack: error.stack ?? error.message,
  })
} finally {
  port.close()
}
