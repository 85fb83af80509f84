import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { abortable } from './abortable.ts'
import { type RetryPolicy, retry } from './retryPolicy.ts'
import type { Body } from './Storage.ts'
import type { S3Connection } from './s3Connection.ts'

export interface S3UploadOptions {
  readonly connection: S3Connection
  readonly key: string
  readonly body: Body
  /** Bytes of the body where known: the parts of a very large one must be larger. */
  readonly bytes?: number | undefined
  readonly policy: RetryPolicy
  readonly signal?: AbortSignal | undefined
}

const leastPartBytes = 8 * 1024 * 1024
const maxParts = 10_000
const partsAtOnce = 4
const graceMilliseconds = 2000

/**
 * Writes an object from a stream: one request where it fits one part, else a multipart upload of at most 4 parts of 8 MiB in memory
 * (larger for known bodies above 80 GB). Each request is tried again by the policy; when the write fails all the same, its parts are
 * removed.
 */
export async function s3Upload(options: S3UploadOptions): Promise<void> {
  const { connection, key, body, bytes = 0, signal } = options
  const failed = new AbortController()
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal])
  const whole = typeof body === 'string' || body instanceof Uint8Array
  const source = whole ? body : Readable.from(abortable(body, stop), { highWaterMark: 1 })
  const last = later(stop)
  const underWay = new Set<Promise<unknown>>()
  let uploadId: string | undefined
  const send = async (command: AnyCommand): Promise<unknown> => {
    try {
      stop.throwIfAborted()
      if (command instanceof CompleteMultipartUploadCommand) return await request(options, command, stop)
      const asked = request(options, command, last).then(answer => {
        if (command instanceof CreateMultipartUploadCommand)
          uploadId = (answer as { UploadId?: string }).UploadId
        return answer
      })
      underWay.add(asked)
      return await asked.finally(() => underWay.delete(asked))
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  try {
    stop.throwIfAborted()
    const upload = new Upload({
      client: Object.assign(Object.create(connection.client) as S3Client, { send }),
      params: { Bucket: connection.bucket, Key: key, Body: source },
      partSize: Math.max(leastPartBytes, Math.ceil(bytes / maxParts)),
      queueSize: partsAtOnce,
      leavePartsOnError: true, // removed below
    })
    await upload.done()
  } catch (error) {
    if (source instanceof Readable) source.destroy()
    await Promise.allSettled(underWay)
    if (uploadId !== undefined) await removeParts(options, uploadId)
    signal?.throwIfAborted()
    throw failed.signal.aborted ? failed.signal.reason : error
  }
}

/**
 * Aborts a little after another signal, so that requests under way may end: the answer to the first names the upload that has to be
 * removed, and a part that arrives after its removal would stay.
 */
function later(signal: AbortSignal): AbortSignal {
  const controller = new AbortController()
  const abort = () => setTimeout(() => controller.abort(signal.reason), graceMilliseconds).unref()
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return controller.signal
}

type AnyCommand = Parameters<S3Client['send']>[0]

/** One request of an upload, tried by the policy. */
async function request(
  { connection, key, policy }: S3UploadOptions,
  command: object,
  signal?: AbortSignal,
): Promise<unknown> {
  // Bodies may be slow as long as bytes move: the idle time of the connection watches over them.
  const carriesBody = command instanceof UploadPartCommand || command instanceof PutObjectCommand
  const patience = carriesBody ? { ...policy, attemptTimeoutMilliseconds: 0 } : policy
  const send = async (abortSignal: AbortSignal, attempt: number): Promise<unknown> => {
    if (command instanceof CompleteMultipartUploadCommand && attempt > 1) {
      const expected = multipartEtag(command)
      if ((await connection.head(key, abortSignal))?.etag === expected) return {}
    }
    return connection.ask('write', key, () => connection.client.send(command as AnyCommand, { abortSignal }))
  }
  return retry(patience, send, { signal })
}

/**
 * The etag of a multipart object: the MD5 of its parts' MD5s, a hyphen, the number of parts. It tells that an upload was completed
 * although the answer was lost.
 */
function multipartEtag(command: CompleteMultipartUploadCommand): string {
  const parts = command.input.MultipartUpload?.Parts ?? []
  const hash = createHash('md5')
  for (const part of parts) hash.update(Buffer.from((part.ETag ?? '').replaceAll('"', ''), 'hex'))
  return `${hash.digest('hex')}-${parts.length}`
}

/** Best effort: where even this fails, a life-cycle rule of the bucket has to remove the parts; the write's own error says more. */
async function removeParts(options: S3UploadOptions, uploadId: string): Promise<void> {
  const { connection, key } = options
  const command = new AbortMultipartUploadCommand({
    Bucket: connection.bucket,
    Key: key,
    UploadId: uploadId,
  })
  await request(options, command).catch(() => undefined)
}
