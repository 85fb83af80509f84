import { open } from 'node:fs/promises'
import { HubError, systemCode, toError, userError } from '../base/HubError.ts'
import { checkBytes } from './bytesLimit.ts'
import { fileError, naming } from './fileError.ts'
import { PartialDownload } from './partialDownload.ts'
import { backoff, type RetryPolicy, sleepFor } from './retryPolicy.ts'

export interface DownloadProgress {
  readonly bytes: number
  /** Null where the server does not say and nobody knows. */
  readonly totalBytes: number | null
}

export interface DownloadOptions {
  readonly url: string
  /** Folder of downloads under way; made where it is missing. */
  readonly folder: string
  /** Name of the file in it. */
  readonly name: string
  /** What is expected; a server that announces another size is refused at once. @default unknown */
  readonly bytes?: number
  /** Most that is ever written. @default bytes, else 2 GiB */
  readonly maxBytes?: number
  readonly onProgress?: (progress: DownloadProgress) => void
  /** Attempts are counted anew whenever one brought `progressBytes`. @default downloadRetryPolicy */
  readonly retry?: RetryPolicy
  /** An attempt that brings nothing for so long is given up. @default 30 s */
  readonly stallMilliseconds?: number
  readonly signal?: AbortSignal
}

export interface Download {
  /** Path of the finished file. */
  readonly path: string
  /** Removes it, and the folder that it is in. */
  readonly discard: () => Promise<void>
}

const downloadRetryPolicy: RetryPolicy = {
  attempts: 8,
  baseMilliseconds: 500,
  capMilliseconds: 20_000,
  attemptTimeoutMilliseconds: 0,
}

const progressBytes = 1 << 20

/**
 * Downloads a file, resuming where an earlier download of the same URL, this process's or another's, broke off.
 * @returns the finished file; the caller discards it once it was used or moved
 * @throws HubError `network_unreachable` (no connection), `download_refused` (4xx, or a web page in place of the file),
 * `download_failed` (gave up), `too_many_bytes`, `wrong_size`, `bad_url`, and those of the file system
 */
export async function download(options: DownloadOptions): Promise<Download> {
  const { url, folder, name, retry = downloadRetryPolicy, signal } = options
  checkUrl(url)
  const partial = await naming('write', folder, () => PartialDownload.claim(folder, name))
  let failures = 0
  for (;;) {
    const before = await partial.size()
    try {
      await attempt(options, partial)
      return { path: partial.path, discard: () => partial.discard() }
    } catch (error) {
      if (error instanceof HubError) {
        await partial.discard()
        throw error
      }
      failures = (await partial.size()) - before >= progressBytes ? 1 : failures + 1
      if (error instanceof Interrupted && failures < retry.attempts && !signal?.aborted) {
        await sleepFor(backoff(retry, failures), signal).catch(() => {})
        continue
      }
      await partial.release()
      signal?.throwIfAborted()
      throw error instanceof Interrupted
        ? gaveUp(url, error, failures)
        : fileError(error, 'write', partial.path)
    }
  }
}

/** What another attempt may mend. */
class Interrupted extends Error {}

/** Connections that were never made, by the code of the system or of Node's fetch. */
const noConnection =
  /^(ECONNREFUSED|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/

function gaveUp(url: string, error: Interrupted, failures: number): HubError {
  const attempts = failures === 1 ? '' : ` (gave up after ${failures} attempts in a row)`
  if (noConnection.test(systemCode(error.cause) ?? ''))
    return new HubError({
      code: 'network_unreachable',
      message: `${url} cannot be reached: ${error.message}${attempts}`,
      hint: 'check the connection and the proxy, then run the command again',
      cause: error.cause,
    })
  return new HubError({
    code: 'download_failed',
    message: `${url}: ${error.message}${attempts}`,
    hint: 'run the command again: it goes on where it stopped',
    cause: error,
  })
}

async function attempt(options: DownloadOptions, partial: PartialDownload): Promise<void> {
  const { url, bytes, maxBytes = bytes ?? 2 ** 31, onProgress, stallMilliseconds = 30_000 } = options
  const validator = await partial.validator(url)
  const have = validator === null ? 0 : await partial.size()

  const stall = new AbortController()
  const timer = setTimeout(
    () => stall.abort(new Interrupted(`nothing arrived for ${stallMilliseconds / 1000} s`)),
    stallMilliseconds,
  )
  try {
    const response = await fetch(url, {
      headers: {
        'accept-encoding': 'identity', // ranges count the bytes of the file
        ...(have > 0 && validator !== null && { range: `bytes=${have}-`, 'if-range': validator }),
      },
      signal: options.signal ? AbortSignal.any([stall.signal, options.signal]) : stall.signal,
    })
    const start = await startOf(response, have, options)
    if (start === 'complete') return
    const length = lengthOf(response)
    const total = length === null ? null : start + length
    if (total !== null) checkSize(url, total, bytes)
    checkBytes(url, total ?? 0, maxBytes)
    await partial.setValidator(url, validatorOf(response))

    await using file = await open(partial.path, start === 0 ? 'w' : 'a')
    let position = start
    onProgress?.({ bytes: position, totalBytes: total ?? bytes ?? null })
    for await (const chunk of response.body ?? []) {
      timer.refresh()
      position += chunk.byteLength
      checkBytes(url, position, maxBytes)
      await file.writeFile(chunk)
      onProgress?.({ bytes: position, totalBytes: total ?? bytes ?? null })
    }
    if (total !== null && position < total)
      throw new Interrupted(`broke off at ${position} of ${total} bytes`)
    checkSize(url, position, bytes)
    await file.sync()
  } catch (error) {
    if (error instanceof HubError || error instanceof Interrupted || isLocal(error)) throw error
    const reason = toError(stall.signal.aborted ? stall.signal.reason : error)
    // What fetch throws says no more than that it failed; its cause says why, if not in words then by its code.
    const { cause } = reason
    const detail = cause instanceof Error ? `: ${cause.message || systemCode(cause)}` : ''
    throw new Interrupted(`${reason.message}${detail}`, { cause: cause ?? error })
  } finally {
    clearTimeout(timer)
    stall.abort()
  }
}

/** The byte at which the body starts; `complete` where nothing is left to send. */
async function startOf(
  response: Response,
  asked: number,
  { url, bytes }: DownloadOptions,
): Promise<number | 'complete'> {
  const { status, headers } = response
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false
  if (status === 200 && !isPage) return 0
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '')
  if (status === 206 && asked > 0 && Number(range?.[1]) === asked) return asked
  await response.body?.cancel()
  if (status === 416 && asked > 0 && asked === bytes) return 'complete'
  if (status === 206 || status === 416)
    throw userError('wrong_size', `${url} answers ${status} with a range that was not asked for`)
  if (status === 200)
    throw userError(
      'download_refused',
      `${url} gave a web page in place of the file`,
      'a proxy or a login page may stand between; open the URL in a browser to see',
    )
  const answer = `the server answered ${`${status} ${response.statusText}`.trim()}`
  if (status >= 500 || [408, 425, 429].includes(status)) throw new Interrupted(answer)
  throw userError('download_refused', `${url}: ${answer}`, 'check the URL and the right to read it')
}

/** Bytes that the body has by its headers; null where they do not say, or count the bytes of an encoding that fetch undoes. */
function lengthOf({ headers }: Response): number | null {
  const length = headers.get('content-length')
  return length === null || headers.has('content-encoding') ? null : Number(length)
}

/** What If-Range takes: a strong entity tag, else the date (RFC 9110, 13.1.5); null where no range of the file can be had. */
function validatorOf({ headers }: Response): string | null {
  if (headers.has('content-encoding')) return null
  const etag = headers.get('etag')
  return etag?.startsWith('"') ? etag : headers.get('last-modified')
}

/** An error of this machine's file system, which another attempt does not mend; those of the network come wrapped by fetch. */
function isLocal(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

function checkUrl(url: string): void {
  if (['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '')) return
  throw userError(
    'bad_url',
    `${JSON.stringify(url)} is no http or https URL`,
    'give a whole URL: https://host/path',
  )
}

function checkSize(url: string, found: number, expected: number | undefined): void {
  if (expected === undefined || found === expected) return
  throw userError('wrong_size', `${url} has ${found} bytes, expected ${expected}`, 'check the URL')
}
