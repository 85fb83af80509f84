import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { HubError, userError } from '../../../base/HubError.ts'
import type { Artifact } from './Artifact.ts'
import type {
  AddArtifactsRequest_ArtifactChunkSchema,
  AddArtifactsRequestSchema,
} from './spark_connect_pb.ts'

type Request = MessageInitShape<typeof AddArtifactsRequestSchema>
type Payload = NonNullable<Request['payload']>
type Chunk = MessageInitShape<typeof AddArtifactsRequest_ArtifactChunkSchema>

/** Small enough to keep a connection responsive, as Spark's own clients send them. */
export const chunkBytes = 32 * 1024

/**
 * The messages that send artifacts, read from disk as they are asked for: small ones together, larger ones in chunks, each with its CRC-32.
 * @throws HubError `artifact_missing`, `artifact_changed`
 */
export async function* artifactPayloads(artifacts: readonly Artifact[]): AsyncGenerator<Payload> {
  let batch: { name: string; data: Chunk }[] = []
  let batched = 0
  for (const { name, source } of artifacts) {
    await using content = await openContent(source)
    if (content.size > chunkBytes) {
      yield* inChunks(name, content)
      continue
    }
    if (batched + content.size > chunkBytes && batch.length > 0) {
      yield { case: 'batch', value: { artifacts: batch } }
      batch = []
      batched = 0
    }
    batch.push({ name, data: chunkOf(await content.read(0)) })
    batched += content.size
  }
  if (batch.length > 0) yield { case: 'batch', value: { artifacts: batch } }
}

async function* inChunks(name: string, { size, read }: Content): AsyncGenerator<Payload> {
  for (let at = 0; at < size; at += chunkBytes) {
    const chunk = chunkOf(await read(at))
    if (at > 0) yield { case: 'chunk', value: chunk }
    else {
      const numChunks = BigInt(Math.ceil(size / chunkBytes))
      yield { case: 'beginChunk', value: { name, totalBytes: BigInt(size), numChunks, initialChunk: chunk } }
    }
  }
}

const chunkOf = (data: Uint8Array): Chunk => ({ data, crc: BigInt(crc32(data)) })

interface Content extends AsyncDisposable {
  readonly size: number
  /** The chunk that starts there. */
  read(at: number): Promise<Uint8Array>
}

async function openContent(source: Artifact['source']): Promise<Content> {
  if ('data' in source) {
    const { data } = source
    return {
      size: data.byteLength,
      read: async at => data.subarray(at, at + chunkBytes),
      [Symbol.asyncDispose]: async () => {},
    }
  }
  const { path } = source
  const file = await open(path).catch(error => {
    throw userError('artifact_missing', `the file for Spark cannot be read: ${path}`, undefined, error)
  })
  const stat = await file.stat()
  if (!stat.isFile()) {
    await file.close()
    throw userError('artifact_missing', `${path} is no file`, 'give a file; pack a folder into an archive')
  }
  const { size } = stat
  return {
    size,
    async read(at) {
      const bytes = Buffer.allocUnsafe(Math.min(chunkBytes, size - at))
      for (let filled = 0; filled < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, at + filled)
        if (bytesRead === 0) {
          throw new HubError({ code: 'artifact_changed', message: `${path} shrank while it was sent` })
        }
        filled += bytesRead
      }
      return bytes
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

/** SHA-256 of an artifact's bytes, in hex. */
export async function artifactDigest({ source }: Artifact): Promise<string> {
  const hash = createHash('sha256')
  await using content = await openContent(source)
  for (let at = 0; at < content.size; at += chunkBytes) hash.update(await content.read(at))
  return hash.digest('hex')
}
