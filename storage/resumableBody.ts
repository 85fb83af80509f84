import type { Readable } from 'node:stream'
import { HubError, systemCode, toError } from '../base/HubError.ts'
import { backoff, gaveUp, isTransient, type RetryPolicy, retry, sleepFor } from './retryPolicy.ts'
import type { ByteRange } from './Storage.ts'

/** One answer to a request for the bytes from `start` on. */
export interface OpenedBody {
  readonly stream: Readable
  readonly etag: string | null
  /** Bytes of the whole object, where the server says so. */
  readonly size: number | null
}

export interface ResumableBodyOptions {
  /** For messages. */
  readonly name: string
  /** Asks once for the bytes from `start` on, of the version with this etag where one is given. */
  readonly open: (start: number, etag: string | null, signal: AbortSignal) => Promise<OpenedBody>
  readonly range?: ByteRange | undefined
  readonly policy: RetryPolicy
  readonly signal?: AbortSignal | undefined
}

export interface ResumableBody {
  readonly etag: string | null
  /** Bytes to come, where the server says so. */
  readonly length: number | null
  readonly chunks: AsyncGenerator<Uint8Array, void>
  /** Drops the connection of a body that is not read to its end. */
  cancel(): void
}

/** A connection that brought less counts as a failure even though it brought something: a server cannot keep a reader for ever. */
const leastProgressBytes = 64 * 1024

/**
 * Opens a body whose chunks go on at the byte reached when a connection breaks, ends early or stalls. The policy's attempts bound how
 * often that happens in a row without progress.
 */
export async function resumableBody(options: ResumableBodyOptions): Promise<ResumableBody> {
  const { name, open, range, policy, signal } = options
  const start = range?.start ?? 0
  const connect = (position: number, etag: string | null) =>
    retry(policy, attemptSignal => open(position, etag, attemptSignal), { signal })
  const first = await connect(start, null)
  let current = first
  const wanted = range?.end ?? Number.POSITIVE_INFINITY
  const end = first.size === null ? wanted : Math.min(wanted, first.size)

  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    let position = start
    let reconnectedAt = start
    for (let failures = 0; ; ) {
      try {
        for await (const chunk of current.stream) {
          const bytes: Uint8Array = chunk
          const left = end - position
          position += Math.min(bytes.length, left)
          yield bytes.length > left ? bytes.subarray(0, left) : bytes
          // Only a body that has more than asked for is left before its end: the connection of a whole one is used again.
          if (bytes.length > left) return
        }
        if (position >= end || !Number.isFinite(end)) return
        throw cutShort(name, position - start, end - start)
      } catch (thrown) {
        signal?.throwIfAborted()
        const error = broken(thrown, name)
        if (!isTransient(error)) throw error
        failures = position - reconnectedAt >= leastProgressBytes ? 1 : failures + 1
        if (failures >= policy.attempts) throw gaveUp(error, failures)
        await sleepFor(backoff(policy, failures), signal)
      }
      reconnectedAt = position
      current = await connect(position, first.etag)
      if (current.size !== first.size) {
        current.stream.destroy()
        throw changed(name)
      }
    }
  }
  const body = chunks()
  const cancel = () => {
    current.stream.destroy()
  }
  const length = Number.isFinite(end) ? Math.max(0, end - start) : null
  return { etag: first.etag, length, chunks: releasing(body, signal, cancel), cancel }
}

/** The version read so far is no longer there. */
export function changed(name: string): HubError {
  return new HubError({
    code: 'object_changed',
    message: `${name} changed while it was being read`,
    hint: 'read it again',
  })
}

async function* releasing(
  chunks: AsyncGenerator<Uint8Array, void>,
  signal: AbortSignal | undefined,
  cancel: () => void,
): AsyncGenerator<Uint8Array, void> {
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    signal?.throwIfAborted()
    yield* chunks
  } finally {
    signal?.removeEventListener('abort', cancel)
    cancel()
  }
}

function cutShort(name: string, got: number, expected: number, cause?: unknown): HubError {
  return new HubError({
    code: 'body_cut_short',
    message: `${name} ended after ${got} of ${expected} bytes`,
    cause,
  })
}

function broken(thrown: unknown, name: string): Error {
  const error = toError(thrown)
  if (error instanceof HubError) return error
  const stalled = error.name === 'TimeoutError'
  return new HubError({
    code: stalled ? 'storage_timeout' : 'body_cut_short',
    message: stalled
      ? `the connection stalled while ${name} was read`
      : `the connection broke while ${name} was read (${systemCode(error) ?? error.message})`,
    cause: error,
  })
}
