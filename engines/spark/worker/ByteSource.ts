import { HubError } from '../../../base/HubError.ts'

/** A stream of bytes that is read piece by piece. */
export interface ByteSource {
  /** Exactly so many bytes, the caller's to keep. @throws ConnectionClosed where the stream ends before */
  read(length: number): Promise<Buffer>
  /** Fills the array. @throws ConnectionClosed where the stream ends before */
  readInto(target: Uint8Array): Promise<void>
}

/** The other side has closed the connection. Between tasks this is the normal end, within one the task is no longer wanted. */
export class ConnectionClosed extends Error {}

/** No text of a header is longer; bounds what a misread length can ask for. */
const longestText = 16 * 2 ** 20

export async function readInt(source: ByteSource): Promise<number> {
  return (await source.read(4)).readInt32BE()
}

export async function readLong(source: ByteSource): Promise<bigint> {
  return (await source.read(8)).readBigInt64BE()
}

export async function readBoolean(source: ByteSource): Promise<boolean> {
  const [byte] = await source.read(1)
  if (byte !== 0 && byte !== 1) throw badHeader(`a boolean is ${byte}`)
  return byte === 1
}

/** How many items follow. @throws HubError `bad_header` where it is negative or more than `most` */
export async function readCount(source: ByteSource, what: string, most = 100_000): Promise<number> {
  const count = await readInt(source)
  if (count < 0 || count > most) throw badHeader(`${what}: ${count}, of at most ${most}`)
  return count
}

export async function readBytes(source: ByteSource, what: string, most = longestText): Promise<Buffer> {
  return await source.read(await readCount(source, `bytes of ${what}`, most))
}

export async function readText(source: ByteSource, what: string, most = longestText): Promise<string> {
  return (await readBytes(source, what, most)).toString('utf8')
}

export function badHeader(found: string): HubError {
  return new HubError({
    code: 'bad_header',
    message: `the header of a task cannot be read: ${found}`,
    hint: 'the driver tells the worker the Spark version of the cluster: it must be the version that the executors run',
  })
}
