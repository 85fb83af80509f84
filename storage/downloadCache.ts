import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { naming } from './fileError.ts'
import { temporaryName } from './temporaryName.ts'

export interface CachedVersion {
  /** Names the object, the endpoint included. */
  readonly uri: string
  /** Changes whenever the object does. */
  readonly version: string
}

/** Another process may be about to open what is younger. */
const staleMilliseconds = 24 * 60 * 60 * 1000

/**
 * The path of a version of an object in the cache, downloaded if it is not there yet; other versions of the object go a day after they
 * came. Any number of processes may ask at once: each sees whole files only.
 */
export async function cachedDownload(
  folder: string,
  { uri, version }: CachedVersion,
  download: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<string> {
  const objectFolder = join(folder, 'objects', hashed(uri))
  const path = join(objectFolder, `${hashed(version)}-${basename(uri).slice(-100)}`)
  return naming('cache', path, async () => {
    if (await exists(path)) return path
    await mkdir(objectFolder, { recursive: true })
    const temporary = join(objectFolder, temporaryName())
    try {
      await writeFile(temporary, await download(), { flag: 'wx' })
      await rename(temporary, path)
    } finally {
      await rm(temporary, { force: true })
    }
    await removeStale(objectFolder, path)
    return path
  })
}

/** Removes older versions, and what a killed process left. */
async function removeStale(folder: string, keep: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const age = await stat(path).then(
      stats => Date.now() - stats.mtimeMs,
      () => 0,
    )
    if (path !== keep && age > staleMilliseconds) await rm(path, { force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
