import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, open, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { userError } from '../../base/HubError.ts'
import { fileError, naming } from '../../storage/fileError.ts'

/** A CSV as UTF-8 with `\n` line ends, under a path that is safe in `read_csv`. */
export interface ReadableCsv extends AsyncDisposable {
  readonly path: string
  /** The first characters, for `csvLayout`. */
  readonly head: string
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'
}

const headBytes = 1 << 20 // 1 MiB

/**
 * Makes a CSV that a person wrote readable: DuckDB takes UTF-8 with one kind of line end. A file that is so already is linked
 * under a plain name (a `*` or `[` in a path would be a pattern to `read_csv`), any other is rewritten once, in chunks, into a
 * temporary folder: UTF-16 by its byte order mark, bytes that are no UTF-8 as Windows-1252, `\r\n` and `\r` as `\n`.
 * @throws HubError `not_found`, `not_a_file`, `access_denied`, `not_csv` (empty or binary), `storage_full`
 */
export async function readableCsv(path: string): Promise<ReadableCsv> {
  const head = await readHead(path)
  const encoding =
    head[0] === 0xff && head[1] === 0xfe
      ? 'utf-16le'
      : head[0] === 0xfe && head[1] === 0xff
        ? 'utf-16be'
        : null
  if (encoding === null && head.includes(0))
    throw userError(
      'not_csv',
      `${path} is binary, not CSV`,
      head[0] === 0x1f && head[1] === 0x8b
        ? 'it is compressed with gzip: unpack it first'
        : 'name a text file',
    )
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-csv-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  const target = join(folder, 'file.csv')
  try {
    const written = encoding ?? (await encodingToRewrite(path))
    if (written === 'ready') await symlink(resolve(path), target)
    else await rewrite(path, target, written)
    const used = written === 'ready' ? 'utf-8' : written
    return {
      path: target,
      head: new TextDecoder(used).decode(
        used.startsWith('utf-16') ? head.subarray(0, head.length & ~1) : head,
      ),
      encoding: used,
      [Symbol.asyncDispose]: remove,
    }
  } catch (error) {
    await remove()
    throw fileError(error, 'rewrite as UTF-8 in', folder)
  }
}

function readHead(path: string): Promise<Buffer> {
  return naming('read', path, async () => {
    if (!(await stat(path)).isFile())
      throw userError('not_a_file', `${path} is not a file`, 'name a CSV file')
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    if (bytesRead === 0)
      throw userError('not_csv', `${path} is empty`, 'its first line must name the columns')
    return buffer.subarray(0, bytesRead)
  })
}

/** `ready` for UTF-8 with `\n` only; what to decode it as otherwise. One pass over the bytes. */
async function encodingToRewrite(path: string): Promise<'ready' | 'utf-8' | 'windows-1252'> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let hasReturns = false
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: headBytes }) as AsyncIterable<Buffer>) {
      hasReturns ||= chunk.includes(13)
      decoder.decode(chunk, { stream: true })
    }
    decoder.decode()
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1252'
    throw error
  }
  return hasReturns ? 'utf-8' : 'ready'
}

async function rewrite(path: string, target: string, encoding: string): Promise<void> {
  const decoder = new TextDecoder(encoding)
  await pipeline(
    createReadStream(path, { highWaterMark: headBytes }),
    async function* (chunks: AsyncIterable<Buffer>) {
      let heldReturn = '' // a \r at the end of a chunk waits for the \n that may follow
      for await (const chunk of chunks) {
        const text = heldReturn + decoder.decode(chunk, { stream: true })
        heldReturn = text.endsWith('\r') ? '\r' : ''
        yield (heldReturn === '' ? text : text.slice(0, -1)).replace(/\r\n?/g, '\n')
      }
      yield (heldReturn + decoder.decode()).replace(/\r\n?/g, '\n')
    },
    createWriteStream(target),
  )
}
