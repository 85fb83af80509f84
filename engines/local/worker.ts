import { parentPort } from 'node:worker_threads'
import type { RecordBatch } from 'apache-arrow'
import { HubError, toError } from '../../base/HubError.ts'
import { KeptResources } from '../../stages/KeptResources.ts'
import type { Stage } from '../../stages/Stage.ts'
import { batchToIpc, ipcToBatch } from '../../tables/batch.ts'
import type { FromWorker, ToWorker } from './messages.ts'

// A worker, as a thread or as a process of its own: one copy of a stage, fed with batches on request.

const arrived: ToWorker[] = []
let wake: (() => void) | undefined
const stop = new AbortController()
const onMessage = (message: ToWorker) => {
  if (message.type === 'stop')
    stop.abort(new HubError({ code: 'interrupted', message: 'the run was stopped' }))
  arrived.push(message)
  wake?.()
}
const port = parentPort
port?.on('message', onMessage)
if (port === null) {
  process.on('message', onMessage)
  // It ends with its parent, and Ctrl-C, which reaches both, is for the parent to answer.
  process.on('disconnect', () => process.exit())
  process.on('SIGINT', () => {})
}

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  if (port === null) process.send?.(message)
  else port.postMessage(message, transfer)
}

async function nextMessage(): Promise<ToWorker> {
  for (;;) {
    const message = arrived.shift()
    if (message !== undefined) return message
    await new Promise<void>(resolve => (wake = resolve))
  }
}

async function* batches(): AsyncGenerator<RecordBatch> {
  for (;;) {
    send({ type: 'ready' })
    const message = await nextMessage()
    if (message.type !== 'batch') return
    yield ipcToBatch(message.ipc)
  }
}

try {
  const start = await nextMessage()
  if (start.type !== 'start') throw new Error('a worker is first told which stage to run')
  const { default: stage } = (await import(start.stage.module)) as { default: Stage }
  await using kept = new KeptResources()
  const context = { params: stage.params.parse(start.stage.params), signal: stop.signal, keep: kept.keep }
  for await (const output of stage.map(batches(), context)) {
    const ipc = batchToIpc(output)
    send({ type: 'result', ipc }, [ipc.buffer as ArrayBuffer])
  }
  send({ type: 'done' })
} catch (thrown) {
  const error = toError(thrown)
  const known = error instanceof HubError ? error : undefined
  send({
    type: 'error',
    code: known?.code ?? 'stage_failed',
    fault: known?.fault ?? 'system',
    message: error.message,
    hint: known?.hint,
    stack: error.stack ?? error.message,
  })
} finally {
  // A process is ended by its parent, once the parent has heard it.
  port?.close()
}
