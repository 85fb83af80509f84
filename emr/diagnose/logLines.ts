import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { systemCode } from '../../base/HubError.ts'
import type { Log, LogPart } from './Log.ts'

export interface LogLimits {
  /** Of a log, unpacked. @default 256 MiB */
  readonly bytes: number
  /** Of a line: the rest of it is not looked at. @default 8192 */
  readonly lineCharacters: number
}

export const defaultLogLimits: LogLimits = { bytes: 256 * 1024 * 1024, lineCharacters: 8192 }

/**
 * The lines of a log, its parts one after the other as if they were one file, in batches. No more than a chunk and a line are held. A part
 * that ends in the middle of its gzip gives what is readable of it.
 */
export async function* logLines(
  { parts }: Pick<Log, 'parts'>,
  { bytes: mostBytes, lineCharacters }: LogLimits = defaultLogLimits,
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  let bytes = 0
  for (const part of parts) {
    for await (const chunk of plainBytes(part)) {
      const taken = chunk.subarray(0, mostBytes - bytes)
      bytes += taken.length
      const lines = (rest + decoder.decode(taken, { stream: true })).split('\n')
      rest = (lines.pop() ?? '').slice(0, lineCharacters)
      if (lines.length > 0) yield lines.map(line => line.slice(0, lineCharacters).replace(/\r$/, ''))
      if (bytes >= mostBytes) return
    }
  }
  const last = (rest + decoder.decode()).slice(0, lineCharacters)
  if (last !== '') yield [last]
}

/** The bytes of a part, unpacked where they begin as gzip does: names do not tell for certain. */
async function* plainBytes(part: LogPart): AsyncGenerator<Uint8Array> {
  const packed = (await part.open())[Symbol.asyncIterator]()
  try {
    let head = Buffer.alloc(0)
    while (head.length < 2) {
      const { value, done } = await packed.next()
      if (done) break
      head = Buffer.concat([head, value])
    }
    const whole = startingWith(head, packed)
    if (head[0] === 0x1f && head[1] === 0x8b) yield* unpacked(whole)
    else yield* whole
  } finally {
    await packed.return?.()
  }
}

async function* startingWith(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

async function* unpacked(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  pipeline(Readable.from(packed), gunzip, () => {})
  try {
    yield* gunzip as AsyncIterable<Uint8Array>
  } catch (error) {
    if (!/^Z_(BUF|DATA)_ERROR$/.test(systemCode(error) ?? '')) throw error
  }
}
