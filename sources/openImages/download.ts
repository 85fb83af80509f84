import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { HubError, systemCode } from '../../base/HubError.ts'
import { fileError } from '../../storage/fileError.ts'

export interface DownloadProgress {
  readonly url: string
  readonly bytes: number
  /** Null where the server does not say. */
  readonly total: number | null
}

export interface DownloadOptions {
  readonly url: string
  /** Folder of finished downloads: a file that is there is not asked for again. */
  readonly cache: string
  /** Refused above this. @default 2 GiB */
  readonly maxBytes?: number
  /** Waits before each further attempt, in milliseconds. @default [500, 2000, 5000] */
  readonly retryWaits?: readonly number[]
  /** Give an attempt up after this long without a byte, in milliseconds. @default 30000 */
  readonly stallTimeout?: number
  readonly onProgress?: (progress: DownloadProgress) => void
  readonly signal?: AbortSignal
}

/**
 * A file of the web, kept in a cache folder under its whole URL's hash; a killed download leaves nothing that is taken for a file.
 * @returns the path of the file
 * @throws HubError `network_unreachable`, `download_refused` (the server said so, or sent a web page in place of the file),
 * `body_cut_short`, `too_many_bytes`, `storage_full`
 */
export async function download(options: DownloadOptions): Promise<string> {
  const { url, cache, retryWaits = [500, 2000, 5000], signal } = options
  const path = join(
    cache,
    `${createHash('sha256').update(url).digest('hex').slice(0, 12)}-${basename(new URL(url).pathname)}`,
  )
  if (await exists(path)) return path
  await mkdir(cache, { recursive: true }).catch(error => {
    throw fileError(error, 'create the cache folder', cache)
  })
  for (let attempt = 0; ; attempt++) {
    const part = `${path}.${randomUUID()}.part`
    try {
      await fetchTo(part, options)
      await rename(part, path)
      return path
    } catch (thrown) {
      await rm(part, { force: true })
      signal?.throwIfAborted()
      const error = downloadError(thrown, url)
      const pause = retryWaits[attempt]
      if (pause === undefined || !passing.has(error.code)) throw error
      await wait(pause * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal })
    }
  }
}

const passing = new Set(['network_unreachable', 'body_cut_short', 'server_busy'])

async function fetchTo(
  part: string,
  { url, maxBytes = 2 ** 31, stallTimeout = 30_000, onProgress, signal }: DownloadOptions,
): Promise<void> {
  const stall = new AbortController()
  const giveUp = () => stall.abort(new DOMException(`no byte for ${stallTimeout / 1000} s`, 'TimeoutError'))
  let timer = setTimeout(giveUp, stallTimeout)
  try {
    const response = await fetch(url, {
      signal: signal === undefined ? stall.signal : AbortSignal.any([signal, stall.signal]),
      headers: { 'accept-encoding': 'identity' },
    })
    refuseStatus(response, url)
    const length = response.headers.get('content-length')
    const total = length === null ? null : Number(length)
    let bytes = 0
    await pipeline(
      Readable.fromWeb(response.body as import('node:stream/web').ReadableStream),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          clearTimeout(timer)
          timer = setTimeout(giveUp, stallTimeout)
          bytes += chunk.length
          if (bytes > maxBytes) throw tooLarge(url, maxBytes)
          onProgress?.({ url, bytes, total })
          yield chunk
        }
      },
      createWriteStream(part),
    )
    const encoded = response.headers.has('content-encoding') // then the length is not that of what comes out
    if (total !== null && bytes !== total && !encoded)
      throw new HubError({
        code: 'body_cut_short',
        message: `${url} ended after ${bytes} of ${total} bytes`,
      })
  } finally {
    clearTimeout(timer)
  }
}

function refuseStatus(response: Response, url: string): void {
  const page = response.headers.get('content-type')?.startsWith('text/html') ?? false
  if (response.ok && response.body !== null && !page) return
  throw new HubError({
    code: response.status >= 500 || response.status === 429 ? 'server_busy' : 'download_refused',
    message: response.ok
      ? `${url} gave ${page ? 'a web page in place of the file' : 'no content'}`
      : `${url} answered ${response.status} ${response.statusText}`,
    hint: page ? 'a proxy or a login page may stand between; fetch the file in a browser to see' : otherWay,
  })
}

function tooLarge(url: string, maxBytes: number): HubError {
  return new HubError({ code: 'too_many_bytes', message: `${url} is larger than ${maxBytes} bytes` })
}

const otherWay = 'check the connection and the proxy, or take photos of your own with --from DIR'

function downloadError(thrown: unknown, url: string): HubError {
  if (thrown instanceof HubError) return thrown
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
  const code = systemCode(cause)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EACCES') {
    const error = fileError(cause, 'write the download of', url)
    if (error instanceof HubError) return error
  }
  if (code === 'UND_ERR_SOCKET' && (thrown as Error).message === 'terminated')
    return new HubError({
      code: 'body_cut_short',
      message: `${url} broke off`,
      hint: otherWay,
      cause: thrown,
    })
  return new HubError({
    code: 'network_unreachable',
    message: `${url} cannot be reached: ${cause instanceof Error ? cause.message || code : String(cause)}`,
    hint: otherWay,
    cause: thrown,
  })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isFile(),
    () => false,
  )
}
