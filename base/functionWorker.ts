import { parentPort, workerData } from 'node:worker_threads'
import { HubError, toError } from './HubError.ts'
import type { FunctionReply } from './runInWorker.ts'

// A worker thread that calls one function and sends back what it returns or throws.

const { module, args } = workerData as { readonly module: string; readonly args: unknown }
const send = (reply: FunctionReply) => parentPort?.postMessage(reply)

try {
  const { default: work } = (await import(module)) as { default: (args: unknown) => Promise<unknown> }
  send({ type: 'result', result: await work(args) })
} catch (thrown) {
  const error = toError(thrown)
  const known = error instanceof HubError ? error : undefined
  send({
    type: 'error',
    code: known?.code,
    fault: known?.fault ?? 'system',
    message: error.message,
    hint: known?.hint,
    stack: error.stack ?? error.message,
  })
}
