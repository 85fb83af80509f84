import { HubError } from '../../../base/HubError.ts'
import type { ByteSource } from './ByteSource.ts'

// Framing of Arrow IPC streams (https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format): the mark 0xFFFFFFFF, the
// length of the metadata, the metadata (a flatbuffer), the body. apache-arrow's own reader reads beyond the end of a stream, into what
// Spark sends after it.

export interface ArrowMessage {
  readonly kind: 'schema' | 'dictionary' | 'batch'
  /** The whole message, alone in its ArrayBuffer. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface MessageLimits {
  /** @default 1 GiB */
  readonly bodyBytes?: number
}

const prefixBytes = 8
const longestMetadata = 16 * 2 ** 20
const kinds: Readonly<Record<number, ArrowMessage['kind']>> = { 1: 'schema', 2: 'dictionary', 3: 'batch' }

/**
 * The next message of a stream, read straight into an ArrayBuffer of its size; undefined at the end of the stream, of which not a byte
 * more is read.
 * @throws HubError `bad_arrow_stream`, `batch_too_large`
 */
export async function readArrowMessage(
  source: ByteSource,
  { bodyBytes = 2 ** 30 }: MessageLimits = {},
): Promise<ArrowMessage | undefined> {
  const prefix = await source.read(prefixBytes)
  const length = prefix.readInt32LE(4)
  if (prefix.readUInt32LE(0) !== 0xffffffff)
    throw badArrowStream(`a message begins with ${prefix.toString('hex')}`)
  if (length === 0) return undefined
  if (length < 0 || length > longestMetadata) throw badArrowStream(`metadata of ${length} bytes`)
  const metadata = await source.read(length)
  const { kind, body } = describeMetadata(metadata)
  if (body > bodyBytes)
    throw new HubError({
      code: 'batch_too_large',
      message: `Spark sends an Arrow batch of ${body} bytes, of at most ${bodyBytes}`,
      hint: 'set spark.sql.execution.arrow.maxRecordsPerBatch so that a batch is a few MB',
    })
  const bytes = allocate(prefixBytes + length + body)
  bytes.set(prefix)
  bytes.set(metadata, prefixBytes)
  await source.readInto(bytes.subarray(prefixBytes + length))
  return { kind, bytes }
}

/** The length of the message that an Arrow stream begins with. */
export function firstMessageLength(stream: Uint8Array): number {
  const view = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength)
  const length = view.readInt32LE(4)
  return prefixBytes + length + describeMetadata(view.subarray(prefixBytes, prefixBytes + length)).body
}

/** Memory that is not cleared first: all of it is read into. */
function allocate(length: number): Uint8Array<ArrayBuffer> {
  const { buffer } = Buffer.allocUnsafeSlow(length)
  return new Uint8Array(buffer as ArrayBuffer)
}

/**
 * Kind and body length of a message, of the flatbuffer `table Message { version: short; header: union; bodyLength: long; ... }`: fields 1
 * (the union's type, a byte) and 3.
 */
function describeMetadata(metadata: Buffer): { readonly kind: ArrowMessage['kind']; readonly body: number } {
  try {
    const table = metadata.readUInt32LE(0)
    const fields = table - metadata.readInt32LE(table)
    const size = metadata.readUInt16LE(fields)
    const place = (field: number) => {
      const entry = 4 + 2 * field
      const offset = entry < size ? metadata.readUInt16LE(fields + entry) : 0
      return offset === 0 ? undefined : table + offset
    }
    const typeAt = place(1)
    const bodyAt = place(3)
    const kind = kinds[typeAt === undefined ? 0 : metadata.readUInt8(typeAt)]
    const body = bodyAt === undefined ? 0n : metadata.readBigInt64LE(bodyAt)
    if (kind !== undefined && body >= 0n && body <= Number.MAX_SAFE_INTEGER)
      return { kind, body: Number(body) }
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
  }
  throw badArrowStream(`metadata that is none: ${metadata.subarray(0, 32).toString('hex')}`)
}

export function badArrowStream(found: string): HubError {
  return new HubError({
    code: 'bad_arrow_stream',
    message: `the Arrow data of a task cannot be read: ${found}`,
    hint: 'the driver tells the worker the Spark version of the cluster: it must be the version that the executors run',
  })
}
