import { fork } from 'node:child_process'
import { extname, join } from 'node:path'
import { HubError, userError } from '../../base/HubError.ts'
import type { ConversionRequest, ConvertedModel } from './convertModel.ts'
import type { ConversionAnswer } from './convertProcess.ts'

export interface ConvertApartOptions extends ConversionRequest {
  /** @default 5 minutes */
  readonly timeoutMilliseconds?: number
  readonly signal?: AbortSignal
}

/**
 * convertModel in a process of its own, so that a file made to crash or stall the HDF5 library or onnxruntime harms nothing, and
 * the memory of the conversion is given back.
 * @throws HubError as convertModel does; `model_crashed`, `conversion_timeout`
 */
export async function convertApart({
  timeoutMilliseconds = 300_000,
  signal,
  ...request
}: ConvertApartOptions): Promise<ConvertedModel> {
  signal?.throwIfAborted()
  const entry = join(import.meta.dirname, `convertProcess${extname(import.meta.filename)}`)
  const child = fork(entry, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2000)
  })
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    child.kill('SIGKILL')
  }, timeoutMilliseconds)
  const abort = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const { promise, resolve, reject } = Promise.withResolvers<ConversionAnswer | string>()
    child.once('error', reject)
    child.once('message', message => resolve(message as ConversionAnswer))
    child.once('exit', (code, killedBy) => resolve(killedBy ?? `exit code ${code}`))
    child.send(request, error => error && reject(error))
    const answer = await promise
    signal?.throwIfAborted()
    if (typeof answer === 'string') throw crashed(request, answer, timedOut, complaints)
    if ('model' in answer) return answer.model
    const { code, message, hint, fault, stack } = answer.error
    throw new HubError({ code, message, fault, cause: stack, ...(hint === undefined ? {} : { hint }) })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

function crashed({ from }: ConversionRequest, end: string, timedOut: boolean, complaints: string): HubError {
  const source = 'path' in from ? from.path : from.package
  if (timedOut) {
    return userError('conversion_timeout', `${source} took too long to convert`, 'give an undamaged model')
  }
  return userError(
    'model_crashed',
    `the process that reads ${source} ended with ${end}`,
    'the file is damaged, or needs more memory than there is',
    complaints,
  )
}
