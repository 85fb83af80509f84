import { Code, type ConnectError } from '@connectrpc/connect'
import { ErrorInfoSchema } from './google_rpc_pb.ts'
import { type ServerException, SparkError } from './SparkError.ts'
import type { FetchErrorDetailsResponse, FetchErrorDetailsResponse_Error } from './spark_connect_pb.ts'
import { workerError } from './workerError.ts'

/** What the server attached to a failed call, not yet the whole chain. */
export interface AttachedError {
  readonly exception: ServerException
  /** Under this the server keeps the whole chain for a while (Spark 4). */
  readonly errorId: string | undefined
}

/** Reads the details of a failed call. */
export function attachedError(error: ConnectError): AttachedError {
  const [info] = error.findDetails(ErrorInfoSchema)
  const metadata = info?.metadata ?? {}
  const classes = parsed(metadata.classes)
  const trace = splitTrace(metadata.stackTrace ?? '')
  // Each is cut to a length of its own.
  const message = trace.message.length > error.rawMessage.length ? trace.message : error.rawMessage
  return {
    errorId: metadata.errorId,
    exception: {
      classes: Array.isArray(classes) ? classes.map(String) : [info?.reason ?? Code[error.code] ?? 'Unknown'],
      message: message === '' ? 'the server failed without a word: see its log' : message,
      stack: trace.stack,
      // Spark 3.5 tells it in the message only.
      errorClass: metadata.errorClass ?? /^\s*\[([A-Z0-9_.]+)\]/.exec(message)?.[1],
      sqlState: metadata.sqlState ?? /SQLSTATE: (\w{5})/.exec(message)?.[1],
      messageParameters: stringsOf(parsed(metadata.messageParameters)),
    },
  }
}

/**
 * Java prints class, message and stack; a message about a lost task holds that task's stack too, up to `Driver stacktrace:`, which may have
 * been cut off.
 */
function splitTrace(trace: string): { readonly message: string; readonly stack: string[] } {
  const text = trace.replace(/^[\w.$]+: /, '')
  const driver = text.indexOf('\nDriver stacktrace:')
  const end = driver >= 0 ? driver : /: Lost task /.test(text) ? -1 : text.search(/\n\s*at /)
  if (end < 0) return { message: text.trim(), stack: [] }
  const lines = text.slice(end).split('\n')
  return { message: text.slice(0, end), stack: lines.map(line => line.trim()).filter(line => line !== '') }
}

/** The chain that the server keeps, outermost first. */
export function chainOf({ errors, rootErrorIdx }: FetchErrorDetailsResponse): ServerException[] {
  const chain: ServerException[] = []
  const seen = new Set<number>()
  for (let index = rootErrorIdx; index !== undefined && !seen.has(index); index = errors[index]?.causeIdx) {
    seen.add(index)
    const error = errors[index]
    if (error !== undefined) chain.push(exceptionOf(error))
  }
  return chain
}

function exceptionOf(error: FetchErrorDetailsResponse_Error): ServerException {
  return {
    classes: error.errorTypeHierarchy,
    message: error.message,
    stack: error.stackTrace.map(
      ({ declaringClass, methodName, fileName = 'unknown', lineNumber }) =>
        `at ${declaringClass}.${methodName}(${fileName}${lineNumber > 0 ? `:${lineNumber}` : ''})`,
    ),
    errorClass: error.sparkThrowable?.errorClass,
    sqlState: error.sparkThrowable?.sqlState,
    messageParameters: error.sparkThrowable?.messageParameters ?? {},
  }
}

/**
 * The error to throw for what a server answered. An error that a worker process reported in imagehub's own form becomes its cause, and
 * lends it message and hint.
 */
export function toSparkError(chain: readonly ServerException[], original: ConnectError): SparkError {
  const texts = chain.flatMap(({ message, stack }) => [message, stack.join('\n')])
  const reported = workerError(texts)
  const executorText = textOfWorker(chain)
  const errorClass = chain.find(link => link.errorClass !== undefined)?.errorClass ?? ''
  const kind = kindOf(errorClass, chain[0]?.message ?? '')
  const hint = reported?.hint ?? kind.hint
  return new SparkError({
    code: kind.code,
    message: reported === undefined ? summary(chain, executorText) : `on Spark: ${reported.message}`,
    ...(hint === undefined ? {} : { hint }),
    fault: reported?.fault ?? 'system',
    cause: reported ?? original,
    chain,
    executorText,
  })
}

/** Whether Spark 4.0 says that it gave an execution up because another request met it before its start. */
export function isOrphan(message: string): boolean {
  return /Operation was orphaned|with status Pending\s+is not within statuses/.test(message)
}

function kindOf(errorClass: string, message: string): { code: string; hint?: string } {
  if (isOrphan(message)) {
    return {
      code: 'spark_failed',
      hint: 'the connection broke while Spark began with a command, and Spark gave it up: what it did by then is not known; run the job again',
    }
  }
  if (/^INVALID_HANDLE\.(SESSION_|OPERATION_NOT_FOUND|OPERATION_ABANDONED)/.test(errorClass)) {
    return {
      code: 'spark_session_lost',
      hint: 'the server was started anew or gave the session up: views, settings and files of it are gone; run the job again',
    }
  }
  if (errorClass === 'OPERATION_CANCELED') return { code: 'spark_interrupted' }
  return { code: 'spark_failed' }
}

const pythonException = 'org.apache.spark.api.python.PythonException'

/** What follows the exception's name in a message of Spark's, up to Java's own stack. */
function textOfWorker(chain: readonly ServerException[]): string | undefined {
  const direct = chain.find(({ classes }) => classes.includes(pythonException))?.message
  if (direct !== undefined) return direct.trim()
  for (const text of chain.flatMap(({ message, stack }) => [message, stack.join('\n')])) {
    const start = text.indexOf(`${pythonException}: `)
    if (start < 0) continue
    const rest = text.slice(start + pythonException.length + 2)
    return rest.split(/\n\s*at org\.apache\.spark\.|\nDriver stacktrace:/, 1)[0]?.trim()
  }
  return undefined
}

/** One readable line. */
function summary(chain: readonly ServerException[], executorText: string | undefined): string {
  const [root] = chain
  const ofWorker = executorText?.split('\n').find(line => line.trim() !== '')
  if (ofWorker !== undefined) return `a worker on Spark failed: ${ofWorker.trim()}`
  const line =
    root?.message.split('\n').find(line => line.trim() !== '') ?? root?.classes[0] ?? 'no reason given'
  const lost = /most recent failure: Lost task .*?\(\S+ executor \S+\): (.*)$/.exec(line)
  return `Spark: ${(lost?.[1] ?? line).trim()}`
}

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json)
  } catch {
    return undefined
  }
}

function stringsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]))
}
