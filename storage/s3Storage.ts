import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { HubError } from '../base/HubError.ts'
import { checkBytes, checkRange } from './bytesLimit.ts'
import { checkKey } from './checkKey.ts'
import { defaultCacheFolder } from './defaultCacheFolder.ts'
import { cachedDownload } from './downloadCache.ts'
import { naming } from './fileError.ts'
import { openFile } from './readFile.ts'
import { changed, type ResumableBody, resumableBody } from './resumableBody.ts'
import { defaultRetryPolicy, type RetryPolicy, retry } from './retryPolicy.ts'
import type { Body, ListOptions, ObjectInfo, ReadOptions, Storage } from './Storage.ts'
import type { S3Connection } from './s3Connection.ts'
import type { S3Options } from './s3Options.ts'

type Signal = { readonly signal?: AbortSignal | undefined }

/** A prefix of an S3 bucket as a storage. The AWS SDK is loaded by the first call that needs it. */
export class S3Storage implements Storage {
  readonly root: string
  readonly #bucket: string
  /** Empty, or ending with a slash. */
  readonly #prefix: string
  readonly #options: S3Options
  readonly #policy: RetryPolicy
  #connecting: Promise<S3Connection> | undefined

  constructor(bucket: string, prefix: string, options: S3Options = {}) {
    const trimmed = prefix.replace(/\/+$/, '')
    this.#bucket = bucket
    this.#prefix = trimmed === '' ? '' : `${trimmed}/`
    this.root = `s3://${bucket}${trimmed === '' ? '' : `/${trimmed}`}`
    this.#options = options
    this.#policy = options.retry ?? defaultRetryPolicy
  }

  async stat(key: string, { signal }: Signal = {}): Promise<ObjectInfo | null> {
    const whole = this.#whole(key)
    const connection = await this.#connection()
    const object = await retry(this.#policy, s => connection.head(whole, s), { signal })
    return object && { key, bytes: object.bytes, etag: object.etag, modifiedAt: object.modifiedAt }
  }

  async read(key: string, { range, maxBytes, signal }: ReadOptions = {}): Promise<Uint8Array> {
    for (let restarts = 0; ; restarts += 1) {
      const body = await this.#open(key, range, signal)
      try {
        return await collect(body, this.uri(key), maxBytes)
      } catch (error) {
        if (!hasCode(error, 'object_changed') || restarts + 1 >= this.#policy.attempts) throw error
      } finally {
        body.cancel()
      }
    }
  }

  async openRead(key: string, { range, signal }: Omit<ReadOptions, 'maxBytes'> = {}): Promise<Readable> {
    const body = await this.#open(key, range, signal)
    const stream = Readable.from(body.chunks, { objectMode: false })
    return stream.once('close', body.cancel)
  }

  async write(key: string, body: Body, { signal }: Signal = {}): Promise<ObjectInfo> {
    return this.#upload(key, body, { signal })
  }

  /**
   * A request whose answer was lost may have been carried out: then the object is there and remembers this call's random name, by
   * which the winner knows itself.
   */
  async create(key: string, body: Uint8Array | string): Promise<boolean> {
    const whole = this.#whole(key)
    const connection = await this.#connection()
    const writer = randomUUID()
    return retry(this.#policy, async (signal, attempt) => {
      try {
        await connection.putNew(whole, body, writer, signal)
        return true
      } catch (error) {
        if (!hasCode(error, 'precondition_failed')) throw error
        return attempt > 1 && (await connection.head(whole, signal))?.writer === writer
      }
    })
  }

  async *list({ prefix = '', concurrency = 16, signal }: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    if (prefix !== '') checkKey(`${prefix}x`, { emptyParts: true })
    const { s3Listing } = await import('./s3Listing.ts')
    const connection = await this.#connection()
    const listing = { connection, prefix: this.#prefix + prefix, concurrency, policy: this.#policy, signal }
    for await (const object of s3Listing(listing)) {
      yield { ...object, key: object.key.slice(this.#prefix.length) }
    }
  }

  async remove(key: string): Promise<void> {
    const whole = this.#whole(key)
    const connection = await this.#connection()
    await retry(this.#policy, s => connection.delete(whole, s))
  }

  async localPath(key: string): Promise<string> {
    const info = await this.stat(key)
    if (info === null) throw notFound(this.uri(key))
    const uri = `${this.#options.endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? ''} ${this.uri(key)}`
    const version = `${info.etag} ${info.bytes} ${info.modifiedAt}`
    const folder = this.#options.cacheFolder ?? defaultCacheFolder()
    return cachedDownload(folder, { uri, version }, () => this.openRead(key))
  }

  async putFile(key: string, path: string): Promise<ObjectInfo> {
    const { handle, stats } = await openFile(path)
    await handle.close()
    return naming('read', path, () => this.#upload(key, createReadStream(path), { bytes: stats.size }))
  }

  uri(key: string): string {
    return `s3://${this.#bucket}/${this.#whole(key)}`
  }

  /** Parts of an upload whose process was killed are for the bucket's life cycle rules: here nobody knows whose they are. */
  async sweep(): Promise<void> {}

  async close(): Promise<void> {
    const connection = await this.#connecting?.catch(() => undefined)
    connection?.close()
  }

  async #upload(key: string, body: Body, more: Signal & { readonly bytes?: number }): Promise<ObjectInfo> {
    const whole = this.#whole(key)
    const { s3Upload } = await import('./s3Upload.ts')
    const connection = await this.#connection()
    await s3Upload({ connection, key: whole, body, policy: this.#policy, ...more })
    const info = await this.stat(key, more)
    if (info === null) throw notFound(this.uri(key))
    return info
  }

  async #open(
    key: string,
    range: ReadOptions['range'],
    signal: AbortSignal | undefined,
  ): Promise<ResumableBody> {
    checkRange(range)
    const name = this.uri(key)
    const whole = this.#whole(key)
    const connection = await this.#connection()
    const open = async (start: number, etag: string | null, s: AbortSignal) => {
      try {
        return await connection.get(whole, { start, end: range?.end, etag }, s)
      } catch (error) {
        throw hasCode(error, 'precondition_failed') ? changed(name) : error
      }
    }
    try {
      if (range === undefined || range.end !== range.start) {
        return await resumableBody({ name, open, range, policy: this.#policy, signal })
      }
      if ((await this.stat(key)) === null) throw notFound(name)
    } catch (error) {
      if (!hasCode(error, 'range_not_satisfiable')) throw error
    }
    return emptyBody
  }

  #whole(key: string): string {
    return this.#prefix + checkKey(key, { emptyParts: true })
  }

  #connection(): Promise<S3Connection> {
    this.#connecting ??= import('./s3Connection.ts').then(
      ({ S3Connection }) => new S3Connection(this.#bucket, this.#options),
    )
    return this.#connecting
  }
}

const emptyBody: ResumableBody = {
  etag: null,
  length: 0,
  chunks: (async function* () {})(),
  cancel() {},
}

/** The whole of a body, refused before it is read where its length is known and too much. */
async function collect(body: ResumableBody, name: string, maxBytes: number | undefined): Promise<Uint8Array> {
  if (body.length !== null) {
    checkBytes(name, body.length, maxBytes)
    const bytes = Buffer.allocUnsafeSlow(body.length)
    let filled = 0
    for await (const chunk of body.chunks) {
      bytes.set(chunk, filled)
      filled += chunk.length
    }
    return bytes.subarray(0, filled)
  }
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of body.chunks) {
    total += chunk.length
    checkBytes(name, total, maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, total)
}

function hasCode(error: unknown, code: string): error is HubError {
  return error instanceof HubError && error.code === code
}

function notFound(uri: string): HubError {
  return new HubError({
    code: 'not_found',
    message: `cannot read ${uri}: there is no such object`,
    fault: 'user',
  })
}
