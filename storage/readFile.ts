import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { HubError, userError } from '../base/HubError.ts'
import { checkBytes, checkRange } from './bytesLimit.ts'
import { fileError } from './fileError.ts'
import { type RetryPolicy, retry } from './retryPolicy.ts'
import type { ReadOptions } from './Storage.ts'

const chunkBytes = 64 * 1024 * 1024

/**
 * Opens a regular file for reading. Anything else (a folder, a named pipe, a device, a socket) is refused with `not_a_file`, without
 * waiting for a writer to come.
 */
export async function openFile(path: string): Promise<{ handle: FileHandle; stats: Stats }> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    const stats = await handle.stat()
    if (stats.isFile()) return { handle, stats }
    throw userError('not_a_file', `cannot read ${path}: it is no regular file`, 'name a file')
  } catch (error) {
    await handle?.close()
    throw fileError(error, 'read', path)
  }
}

/** The bytes of a regular file: one open, one fstat, as few reads as can be. A range beyond the end gives fewer bytes. */
async function readFile(path: string, { range, maxBytes, signal }: ReadOptions = {}): Promise<Uint8Array> {
  checkRange(range)
  signal?.throwIfAborted()
  const { handle, stats } = await openFile(path)
  try {
    const start = Math.min(range?.start ?? 0, stats.size)
    const end = Math.min(range?.end ?? stats.size, stats.size)
    checkBytes(path, end - start, maxBytes)
    const bytes = Buffer.allocUnsafeSlow(end - start)
    for (let filled = 0; filled < bytes.length; ) {
      signal?.throwIfAborted()
      const length = Math.min(chunkBytes, bytes.length - filled)
      const { bytesRead } = await handle.read(bytes, filled, length, start + filled)
      if (bytesRead === 0) throw shrunk(path, bytes.length, filled)
      filled += bytesRead
    }
    return bytes
  } catch (error) {
    throw fileError(error, 'read', path)
  } finally {
    await handle.close()
  }
}

/**
 * The same, tried again by the policy where the system is short of something. A call that hangs is `storage_timeout` and not tried
 * again: it holds one of the few file system threads until it returns, and so would the next.
 */
export function readFilePatiently(
  path: string,
  options: ReadOptions,
  policy: RetryPolicy,
): Promise<Uint8Array> {
  return retry(policy, signal => readFile(path, { ...options, signal }), {
    signal: options.signal,
    retryable: error => error instanceof HubError && error.code === 'storage_unavailable',
  })
}

function shrunk(path: string, expected: number, got: number): HubError {
  return new HubError({
    code: 'body_cut_short',
    message: `${path} ended after ${got} of ${expected} bytes: it was shortened while being read`,
  })
}
