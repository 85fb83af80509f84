import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { HubError } from '../base/HubError.ts'
import type { OpenedBody } from './resumableBody.ts'
import type { ObjectInfo } from './Storage.ts'
import { s3Error } from './s3Error.ts'
import type { S3Options } from './s3Options.ts'

/** An object of the bucket; `key` is the whole key. */
export interface S3Object extends ObjectInfo {
  /** What `put` was told to remember of its writer. */
  readonly writer: string | null
}

export interface S3Page {
  readonly objects: readonly ObjectInfo[]
  readonly prefixes: readonly string[]
  /** Continues the listing; null after the last page. */
  readonly next: string | null
}

export interface S3PageRequest {
  readonly prefix: string
  readonly delimiter?: string
  /** Only keys after this one, in byte order. */
  readonly after?: string | undefined
  readonly token?: string | undefined
}

const writerMetadata = 'imagehub-writer'

/** One bucket by the AWS SDK. Every method asks once; errors are HubErrors that tell by their code whether asking again may help. */
export class S3Connection {
  readonly client: S3Client
  readonly bucket: string
  readonly #endpoint: string | undefined
  #bucketSeen = false

  constructor(bucket: string, options: S3Options) {
    this.bucket = bucket
    this.#endpoint = options.endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL
    this.client = new S3Client(clientConfig(options, this.#endpoint))
  }

  async head(key: string, signal: AbortSignal): Promise<S3Object | null> {
    try {
      const answer = await this.ask('look at', key, () =>
        this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }), { abortSignal: signal }),
      )
      const writer = answer.Metadata?.[writerMetadata] ?? null
      return { ...objectInfo({ ...answer, Key: key, Size: answer.ContentLength }), writer }
    } catch (error) {
      if (isDenied(error)) throw await this.#whyDenied(key, error, signal)
      if (!isNotFound(error)) throw error
      if (!this.#bucketSeen) await this.#refuseMissingBucket(key, signal)
      return null
    }
  }

  /** The bytes from `start` to before `end` (both may be left out), of the version with this etag where one is given. */
  async get(
    key: string,
    { start = 0, end, etag = null }: { start?: number; end?: number | undefined; etag?: string | null },
    signal: AbortSignal,
  ): Promise<OpenedBody> {
    const ranged = start > 0 || end !== undefined
    const command = new GetObjectCommand({
      Bucket: this.bucket,
      Key: key,
      ...(ranged && { Range: `bytes=${start}-${end === undefined ? '' : end - 1}` }),
      ...(etag !== null && { IfMatch: `"${etag}"` }),
    })
    const answer = await this.ask('read', key, () => this.client.send(command, { abortSignal: signal }))
    const stream = answer.Body
    if (!(stream instanceof Readable)) {
      throw new HubError({ code: 'storage_refused', message: `s3://${this.bucket}/${key}: no body` })
    }
    const [, from, size] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.ContentRange ?? '') ?? []
    if (Number(from ?? 0) !== start) {
      stream.destroy()
      throw new HubError({
        code: 'storage_refused',
        message: `cannot read s3://${this.bucket}/${key} from byte ${start}: the server sent other bytes than asked for`,
        hint: 'use an S3 server that answers range requests',
      })
    }
    const total = size === undefined ? (answer.ContentLength ?? null) : size === '*' ? null : Number(size)
    return { stream, etag: unquoted(answer.ETag), size: total }
  }

  /** Writes an object that must not exist yet, remembering who wrote it; `precondition_failed` where it exists. */
  async putNew(key: string, body: Uint8Array | string, writer: string, signal: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      Body: body,
      IfNoneMatch: '*',
      Metadata: { [writerMetadata]: writer },
    })
    await this.ask('create', key, () => this.client.send(command, { abortSignal: signal }))
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.bucket, Key: key })
    await this.ask('remove', key, () => this.client.send(command, { abortSignal: signal }))
  }

  async listPage({ prefix, delimiter, after, token }: S3PageRequest, signal: AbortSignal): Promise<S3Page> {
    const command = new ListObjectsV2Command({
      Bucket: this.bucket,
      Prefix: prefix,
      EncodingType: 'url',
      ...(delimiter !== undefined && { Delimiter: delimiter }),
      ...(after !== undefined && { StartAfter: after }),
      ...(token !== undefined && { ContinuationToken: token }),
    })
    const answer = await this.ask('list', prefix, () => this.client.send(command, { abortSignal: signal }))
    const decode = answer.EncodingType === 'url' ? urlDecoded : (text: string) => text
    return {
      objects: (answer.Contents ?? []).map(object =>
        objectInfo({ ...object, Key: decode(object.Key ?? '') }),
      ),
      prefixes: (answer.CommonPrefixes ?? []).map(common => decode(common.Prefix ?? '')),
      next: answer.IsTruncated === true ? (answer.NextContinuationToken ?? null) : null,
    }
  }

  /** Runs one request, giving its errors their meaning. */
  async ask<T>(action: string, key: string | undefined, request: () => Promise<T>): Promise<T> {
    try {
      const answer = await request()
      this.#bucketSeen = true
      return answer
    } catch (error) {
      throw s3Error(error, { action, bucket: this.bucket, key, endpoint: this.#endpoint })
    }
  }

  close(): void {
    this.client.destroy()
  }

  /** The answer to HEAD has no body that would tell a missing bucket from a missing object: GET has. */
  async #refuseMissingBucket(key: string, signal: AbortSignal): Promise<void> {
    try {
      const { stream } = await this.get(key, {}, signal)
      stream.destroy()
    } catch (error) {
      if (!isNotFound(error)) throw error
      this.#bucketSeen = true
    }
  }

  /** An answer to HEAD has no body: only a GET says that it is the credentials that are wrong. */
  async #whyDenied(key: string, denied: unknown, signal: AbortSignal): Promise<unknown> {
    try {
      const { stream } = await this.get(key, {}, signal)
      stream.destroy()
      return denied
    } catch (error) {
      return isNotFound(error) ? denied : error
    }
  }
}

function clientConfig(options: S3Options, endpoint: string | undefined): S3ClientConfig {
  const { anonymous = false, credentials, idleMilliseconds = 30_000, connectMilliseconds = 10_000 } = options
  return {
    region: options.region ?? configuredRegion,
    followRegionRedirects: true,
    // Retries are this project's own (retryPolicy.ts), so that they are one thing wherever they happen.
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    logger: silent,
    requestHandler: new NodeHttpHandler({
      logger: silent,
      connectionTimeout: connectMilliseconds,
      socketTimeout: idleMilliseconds,
      httpAgent: { keepAlive: true, maxSockets: 64 },
      httpsAgent: { keepAlive: true, maxSockets: 64 },
    }),
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    // S3-compatible servers rarely have a host name for each bucket.
    ...(endpoint !== undefined && { forcePathStyle: true }),
    ...(credentials !== undefined && { credentials }),
    ...(anonymous && {
      signer: { sign: async request => request },
      credentials: { accessKeyId: '', secretAccessKey: '' },
    }),
  }
}

/** The SDK's advice to programmers is no concern of who runs a command. */
const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** The region of the environment or the profile, as the SDK finds it. */
async function configuredRegion(): Promise<string> {
  const probe = new S3Client({})
  try {
    return await probe.config.region()
  } catch {
    return process.env.AWS_DEFAULT_REGION ?? 'us-east-1'
  } finally {
    probe.destroy()
  }
}

function objectInfo(object: {
  readonly Key: string
  readonly Size?: number | undefined
  readonly ETag?: string | undefined
  readonly LastModified?: Date | undefined
}): ObjectInfo {
  return {
    key: object.Key,
    bytes: object.Size ?? 0,
    etag: unquoted(object.ETag),
    modifiedAt: (object.LastModified?.getTime() ?? 0) * 1000,
  }
}

function unquoted(etag: string | undefined): string | null {
  return etag?.replace(/^(W\/)?"|"$/g, '') || null
}

function urlDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function isNotFound(error: unknown): boolean {
  return error instanceof HubError && error.code === 'not_found'
}

function isDenied(error: unknown): boolean {
  return error instanceof HubError && error.code === 'access_denied'
}
