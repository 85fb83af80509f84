import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { ArchiveEntry } from './ArchiveEntry.ts'
import { tarEnd, tarHeader, tarPadding } from './tarHeader.ts'

/** Writes files as a tar.gz without times and owners: the same entries give the same bytes, with the same zlib. */
export async function writeArchive(entries: readonly ArchiveEntry[], path: string): Promise<void> {
  await pipeline(Readable.from(tar(entries)), createGzip({ level: 6 }), createWriteStream(path))
}

async function* tar(entries: readonly ArchiveEntry[]): AsyncGenerator<Uint8Array> {
  for (const { name, executable, content } of entries) {
    const size = 'bytes' in content ? content.bytes.length : (await stat(content.file)).size
    yield tarHeader({ name, executable, size })
    if ('bytes' in content) yield content.bytes
    else yield* createReadStream(content.file, { highWaterMark: 2 ** 20 })
    yield tarPadding(size)
  }
  yield tarEnd
}
