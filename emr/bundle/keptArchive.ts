import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { withFileLock } from '../../base/withFileLock.ts'
import type { ArchiveEntry } from '../../engines/spark/bundle/ArchiveEntry.ts'
import { keepFile } from '../../engines/spark/bundle/keepFile.ts'
import { writeArchive } from '../../engines/spark/bundle/writeArchive.ts'
import { sha256OfFile } from '../../storage/sha256OfFile.ts'

export interface KeptArchiveOptions {
  /** Archives are kept there, by what they are made of. */
  readonly cacheFolder: string
  /** `bundle`, ... */
  readonly name: string
  /** Files whose sizes and times tell one content from another, without reading them. */
  readonly files: readonly string[]
  /** What else does. */
  readonly texts?: readonly string[]
  /** The content, sorted; asked for where there is no archive of these very files yet. */
  readonly entries: () => Promise<readonly ArchiveEntry[]>
  /** Told before it is made, which takes a while. */
  readonly onNote?: ((line: string) => void) | undefined
}

/** An archive on this machine. */
export interface KeptArchive {
  readonly path: string
  /** Of the archive, hex: the same content gives the same one. */
  readonly sha256: string
  readonly bytes: number
}

/** A tar.gz that is made once of the same files. */
export async function keptArchive(options: KeptArchiveOptions): Promise<KeptArchive> {
  const { cacheFolder, name, files, texts = [], entries, onNote } = options
  const hash = createHash('sha256')
  const stats = await Promise.all(files.map(async file => ({ file, ...(await stat(file)) })))
  for (const { file, size, mtimeMs } of stats) hash.update(`${file} ${size} ${mtimeMs}\n`)
  for (const text of texts) hash.update(`${text}\n`)
  const path = join(cacheFolder, 'emr', `${name}-${hash.digest('hex').slice(0, 16)}.tar.gz`)
  const keep = () => keepFile(path, async unfinished => await writeArchive(await entries(), unfinished))
  if (!existsSync(path)) {
    onNote?.(`packing the ${name} for EMR, once for this version of it`)
    await mkdir(dirname(path), { recursive: true })
    // Others that want the same wait for it: packing keeps a core busy for ten seconds.
    await withFileLock({ lock: `${path}.lock` }, keep)
  }
  const sumFile = `${path}.sha256`
  await keepFile(sumFile, async unfinished => await writeFile(unfinished, await sha256OfFile(path)))
  return { path, sha256: await readFile(sumFile, 'utf8'), bytes: (await stat(path)).size }
}
