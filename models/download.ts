import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HubError, systemCode, toError, userError } from '../base/HubError.ts'
import { fileError } from '../storage/fileError.ts'
import { backoff, type RetryPolicy, sleepFor } from '../storage/retryPolicy.ts'

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
  /** Attempts are counted anew whenever one brought `progressBytes`. */
  readonly retry?: RetryPolicy
  /** An attempt that brings nothing for so long is given up. @default 30 s */
  readonly stallMilliseconds?: number
  readonly signal?: AbortSignal
}

export const downloadRetryPolicy: RetryPolicy = {
  attempts: 8,
  baseMilliseconds: 500,
  capMilliseconds: 20_000,
  attemptTimeoutMilliseconds: 0,
}

const progressBytes = 1 << 20

/**
 * Downloads a file, resuming where an earlier download of the same URL, this process's or another's, broke off. An unfinished one
 * is a folder `<name>.partial-<process id>` with the body and what is known of its version; where that process is gone, the next
 * one takes the folder over by renaming it, so that two never write to one.
 * @returns path of the finished file; the caller removes the folder it is in, by `discard`
 * @throws HubError `download_refused` (4xx), `download_failed` (gave up), `download_too_large`, `wrong_size`, `bad_url`
 */
export async function download(
  options: DownloadOptions,
): Promise<{ path: string; discard: () => Promise<void> }> {
  const { folder, name, retry = downloadRetryPolicy, signal } = options
  checkUrl(options.url)
  const partial = await claimPartial(folder, name)
  const discard = () => rm(partial, { recursive: true, force: true })
  const path = join(partial, 'body')
  let failures = 0
  for (;;) {
    const before = await sizeOf(path)
    try {
      await attempt(options, partial)
      return { path, discard }
    } catch (error) {
      if (error instanceof HubError) {
        await discard()
        throw error
      }
      failures = (await sizeOf(path)) - before >= progressBytes ? 1 : failures + 1
      if (error instanceof Interrupted && failures < retry.attempts && !signal?.aborted) {
        await sleepFor(backoff(retry, failures), signal).catch(() => {})
        continue
      }
      await releasePartial(partial, folder, name)
      signal?.throwIfAborted()
      throw error instanceof Interrupted
        ? gaveUp(options.url, error, failures)
        : fileError(error, 'write', path)
    }
  }
}

function gaveUp(url: string, error: Interrupted, failures: number): HubError {
  return new HubError({
    code: 'download_failed',
    message: `${url}: ${error.message} (gave up after ${failures} attempts in a row)`,
    hint: 'run the command again: it goes on where it stopped',
    cause: error,
  })
}

/** What another attempt may mend. */
class Interrupted extends Error {}

async function attempt(options: DownloadOptions, partial: string): Promise<void> {
  const { url, bytes, maxBytes = bytes ?? 2 ** 31, onProgress, stallMilliseconds = 30_000 } = options
  const path = join(partial, 'body')
  const versionPath = join(partial, 'version.json')
  const have = await sizeOf(path)
  const version = await readVersion(versionPath)
  const resumable = have > 0 && version?.url === url && version.validator !== null

  const stall = new AbortController()
  const timer = setTimeout(
    () => stall.abort(new Interrupted(`nothing arrived for ${stallMilliseconds / 1000} s`)),
    stallMilliseconds,
  )
  try {
    const response = await fetch(url, {
      headers: {
        'accept-encoding': 'identity', // ranges count the bytes of the file
        ...(resumable ? { range: `bytes=${have}-`, 'if-range': version.validator as string } : {}),
      },
      signal: options.signal ? AbortSignal.any([stall.signal, options.signal]) : stall.signal,
    })
    const start = await startOf(response, resumable ? have : 0, options)
    if (start === 'complete') return
    const length = Number(response.headers.get('content-length') ?? Number.NaN)
    const total = Number.isFinite(length) ? start + length : null
    checkTotal(total, options, maxBytes)
    await writeFile(versionPath, JSON.stringify({ url, validator: validatorOf(response) }))

    await using file = await open(path, start === 0 ? 'w' : 'a')
    let position = start
    onProgress?.({ bytes: position, totalBytes: total ?? bytes ?? null })
    for await (const chunk of response.body ?? []) {
      timer.refresh()
      position += chunk.byteLength
      if (position > maxBytes) throw tooLarge(url, position, maxBytes)
      await file.writeFile(chunk)
      onProgress?.({ bytes: position, totalBytes: total ?? bytes ?? null })
    }
    if (total !== null && position < total)
      throw new Interrupted(`broke off at ${position} of ${total} bytes`)
    if (bytes !== undefined && position !== bytes) throw wrongSize(url, position, bytes)
    await file.sync()
  } catch (error) {
    if (error instanceof HubError || error instanceof Interrupted || isLocal(error)) throw error
    const reason = toError(stall.signal.aborted ? stall.signal.reason : error)
    const detail = reason.cause instanceof Error ? `: ${reason.cause.message}` : ''
    throw new Interrupted(`${reason.message}${detail}`, { cause: error })
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
  if (response.status === 200) return 0
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '')
  if (response.status === 206 && asked > 0 && Number(range?.[1]) === asked) return asked
  await response.body?.cancel()
  if (response.status === 416 && asked > 0 && asked === bytes) return 'complete'
  if (response.status === 206 || response.status === 416) {
    throw userError('wrong_size', `${url} answers ${response.status} with a range that was not asked for`)
  }
  const status = `${response.status} ${response.statusText}`.trim()
  if (response.status >= 500 || [408, 425, 429].includes(response.status)) {
    throw new Interrupted(`the server answered ${status}`)
  }
  throw userError(
    'download_refused',
    `${url}: the server answered ${status}`,
    'check the URL and the right to read it',
  )
}

function checkTotal(total: number | null, { url, bytes }: DownloadOptions, maxBytes: number): void {
  if (total === null) return
  if (bytes !== undefined && total !== bytes) throw wrongSize(url, total, bytes)
  if (total > maxBytes) throw tooLarge(url, total, maxBytes)
}

/** What If-Range takes: a strong entity tag, else the date (RFC 9110, 13.1.5). */
function validatorOf({ headers }: Response): string | null {
  const etag = headers.get('etag')
  return etag?.startsWith('"') ? etag : headers.get('last-modified')
}

interface Version {
  readonly url: string
  readonly validator: string | null
}

async function readVersion(path: string): Promise<Version | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    const { url, validator } = value as Partial<Version>
    return typeof url === 'string' && typeof validator === 'string' ? { url, validator } : null
  } catch {
    return null // none yet, or cut short by the end of the process: start anew
  }
}

/** A partial folder of this name that no running process owns, or a new one; renamed so that it names this process. */
async function claimPartial(folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const mine = partialPath(folder, name, process.pid)
  const prefix = `${name}.partial-`
  for (const entry of await readdir(folder)) {
    const owner = entry.startsWith(prefix) ? Number.parseInt(entry.slice(prefix.length), 10) : Number.NaN
    if (Number.isNaN(owner) || isAlive(owner)) continue
    try {
      await rename(join(folder, entry), mine)
      return mine
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error // ENOENT: another process was faster
    }
  }
  await mkdir(mine)
  return mine
}

/** Gives a partial folder up for the next download to go on with. */
async function releasePartial(partial: string, folder: string, name: string): Promise<void> {
  await rename(partial, partialPath(folder, name, nobody))
}

const nobody = 0

function partialPath(folder: string, name: string, owner: number): string {
  return join(folder, `${name}.partial-${owner}-${randomUUID().slice(0, 8)}`)
}

function isAlive(processId: number): boolean {
  if (processId === nobody) return false
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    info => info.size,
    () => 0,
  )
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

function tooLarge(url: string, bytes: number, maxBytes: number): HubError {
  return userError('download_too_large', `${url} has ${bytes} bytes or more`, `at most ${maxBytes} are taken`)
}

function wrongSize(url: string, found: number, expected: number): HubError {
  return userError('wrong_size', `${url} has ${found} bytes, expected ${expected}`, 'check the URL')
}
