import { randomUUID } from 'node:crypto'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { Code, ConnectError } from '@connectrpc/connect'
import { asConnectError } from './callFailure.ts'
import { type ExecutionProgress, progressOf } from './ExecutionProgress.ts'
import { Releases } from './Releases.ts'
import type { Rpc } from './Rpc.ts'
import { SparkError } from './SparkError.ts'
import type { ExecutePlanResponse, PlanSchema } from './spark_connect_pb.ts'
import { attachedError, isOrphan } from './toSparkError.ts'

export interface ExecutionOptions {
  /** Interrupts this execution on the server; its reason is thrown. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: ExecutionProgress) => void) | undefined
}

/**
 * Longer than a server takes from the making of an execution to its start, also under load. Spark 4.0 ends an execution that another request
 * meets in between ("Operation was orphaned"), and what it did by then stays done.
 */
const longestStartMilliseconds = 1000

/** A stream that ended so soon and empty is no sign of a server that works on something. */
const shortestStreamMilliseconds = 1000

/**
 * Runs a plan and yields what the server answers, each answer once and in order, whatever happens to the connection meanwhile: the server
 * keeps the answers until they are released, and each new stream goes on after the last one that arrived. Who stops reading ends the
 * execution on the server.
 *
 * @throws SparkError what the server answered
 * @throws HubError `spark_unreachable` when no try of the policy's got through
 * @throws the signal's reason
 */
export async function* execute(
  rpc: Rpc,
  plan: MessageInitShape<typeof PlanSchema>,
  { signal, onProgress }: ExecutionOptions = {},
): AsyncGenerator<ExecutePlanResponse> {
  signal?.throwIfAborted()
  const cursor: Cursor = { operationId: randomUUID(), next: 'execute', lastResponseId: undefined }
  const releases = new Releases(rpc, cursor)
  const calls = new AbortController()
  let stopping: Promise<void> | undefined
  const stop = () => {
    calls.abort(signal?.reason)
    stopping ??= releases.stop({ hasAnswered: cursor.lastResponseId !== undefined })
  }
  signal?.addEventListener('abort', stop, { once: true })

  let over = false
  try {
    for (let failures = 0; !over; ) {
      const started = performance.now()
      let answers = 0
      let thrown: unknown
      try {
        for await (const response of openStream(rpc, plan, cursor, calls.signal)) {
          answers += 1
          rpc.observe(response)
          if (response.responseId !== '') cursor.lastResponseId = response.responseId
          const { responseType } = response
          if (responseType.case === 'resultComplete') {
            over = true
            continue
          }
          if (cursor.lastResponseId !== undefined) releases.until(cursor.lastResponseId)
          if (responseType.case === 'executionProgress') onProgress?.(progressOf(responseType.value))
          else yield response
        }
        const atOnce = answers === 0 && performance.now() - started < shortestStreamMilliseconds
        if (atOnce) thrown = new ConnectError('it ends every answer at once', Code.Unavailable)
      } catch (error) {
        thrown = error
      }
      // The result is whole: what happened to the stream after its end does not matter.
      if (over) break
      signal?.throwIfAborted()
      if (answers > 0) failures = 0
      if (thrown !== undefined) {
        failures += 1
        const { lost, pauseMilliseconds } = advance(cursor, plan, thrown)
        await rpc.pauseOrThrow({ thrown, failures, signal, lost, pauseMilliseconds }).catch(error => {
          over = error instanceof SparkError
          throw error
        })
      } else {
        // Spark ends a stream after some minutes by design: without the end of the result there is more to come.
        cursor.next = 'reattach'
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    if (over) {
      releases.all()
    } else {
      stop()
      await stopping
    }
  }
}

/** Which request comes next. */
interface Cursor {
  operationId: string
  next: 'execute' | 'reattach'
  lastResponseId: string | undefined
}

function openStream(
  rpc: Rpc,
  plan: MessageInitShape<typeof PlanSchema>,
  { operationId, next, lastResponseId }: Cursor,
  signal: AbortSignal,
): AsyncIterable<ExecutePlanResponse> {
  if (next === 'execute') {
    const requestOptions = [
      { requestOption: { case: 'reattachOptions' as const, value: { reattachable: true } } },
    ]
    return rpc.client.executePlan({ ...rpc.head(), operationId, plan, requestOptions }, { signal })
  }
  const since = lastResponseId === undefined ? {} : { lastResponseId }
  return rpc.client.reattachExecute({ ...rpc.head(), operationId, ...since }, { signal })
}

interface Advance {
  /** True where going on is right although the server answered with an error. */
  readonly lost?: true | undefined
  /** How long to wait at least. */
  readonly pauseMilliseconds?: number
}

/** Decides the next request after a failed one. */
function advance(cursor: Cursor, plan: MessageInitShape<typeof PlanSchema>, thrown: unknown): Advance {
  const error = asConnectError(thrown)
  const { errorClass, message = '' } = error === undefined ? {} : attachedError(error).exception
  const was = cursor.next
  cursor.next = 'reattach'
  if (cursor.lastResponseId !== undefined) return {}
  if (was === 'execute') {
    // Two requests for one execution met: the first had arrived after all.
    const lost = errorClass === 'INVALID_HANDLE.OPERATION_ALREADY_EXISTS' || undefined
    return { lost, pauseMilliseconds: longestStartMilliseconds }
  }
  const neverArrived = errorClass === 'INVALID_HANDLE.OPERATION_NOT_FOUND'
  // A query may be computed twice. What a command did before it was given up nobody knows.
  const mayBeRepeated = isOrphan(message) && plan.opType?.case === 'root'
  if (!neverArrived && !mayBeRepeated) return {}
  // An orphan's id is used up.
  if (mayBeRepeated) cursor.operationId = randomUUID()
  cursor.next = 'execute'
  return { lost: true }
}
