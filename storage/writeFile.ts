import { constants } from 'node:fs'
import { copyFile, link, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HubError, systemCode } from '../base/HubError.ts'
import { abortable } from './abortable.ts'
import type { Body } from './Storage.ts'
import { temporaryName } from './temporaryName.ts'

/** Replaces a file atomically and durably: a temporary file beside it, flushed, then renamed. */
export async function writeFileAtomically(path: string, body: Body, signal?: AbortSignal): Promise<void> {
  await beside(path, async temporary => {
    await writeFlushed(temporary, body, signal)
    signal?.throwIfAborted()
    await rename(temporary, path)
  })
}

/** Creates a file with its whole contents at once by link(2); false where the path exists already. */
export async function createFileAtomically(path: string, body: Uint8Array | string): Promise<boolean> {
  return beside(path, async temporary => {
    await writeFlushed(temporary, body)
    try {
      await link(temporary, path)
      return true
    } catch (error) {
      const code = systemCode(error)
      if (code === 'EEXIST') return false
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error
      throw new HubError({
        code: 'no_hard_links',
        message: `cannot create ${path}: its file system has no hard links, which an atomic create needs`,
        hint: 'keep the hub on a local file system, NFS, or S3',
        fault: 'user',
        cause: error,
      })
    }
  })
}

/** Puts an existing file at a path atomically: by a link to it where the file system allows that, else by a copy. */
export async function placeFileAtomically(path: string, source: string): Promise<void> {
  await beside(path, async temporary => {
    const original = await realpath(source)
    try {
      await link(original, temporary)
    } catch (error) {
      const code = systemCode(error)
      if (code === undefined || !['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP'].includes(code))
        throw error
      await copyFile(original, temporary, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
    }
    await flush(temporary)
    await rename(temporary, path)
  })
}

async function beside<T>(path: string, place: (temporary: string) => Promise<T>): Promise<T> {
  const folder = dirname(path)
  const firstMade = await makeFolder(folder)
  const temporary = join(folder, temporaryName())
  try {
    const result = await place(temporary)
    await flush(folder)
    if (firstMade !== undefined) await flushParents(folder, dirname(firstMade))
    return result
  } finally {
    // Also after a rename, which does nothing where both names are links to one file.
    await rm(temporary, { force: true })
  }
}

/**
 * Makes a folder and those above it, and returns the topmost that was made. mkdir's own `recursive` never ends where a file system
 * says ENOENT although the folder above is there, as /proc and automounters do (seen with Node 24.21).
 */
async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder)
    return folder
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return undefined
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error
  }
  const topmost = await makeFolder(dirname(folder))
  try {
    await mkdir(folder)
    return topmost ?? folder
  } catch (error) {
    if (systemCode(error) !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error
    return topmost
  }
}

async function writeFlushed(path: string, body: Body, signal?: AbortSignal): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    const whole = typeof body === 'string' || body instanceof Uint8Array || signal === undefined
    await handle.writeFile(whole ? body : abortable(body, signal))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function flushParents(folder: string, top: string): Promise<void> {
  for (let current = folder; current !== top; ) {
    current = dirname(current)
    await flush(current)
  }
}

/** fsync of a file, or of a folder's list of names; a folder whose file system cannot do that is left to its own ways. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (systemCode(error) !== 'EINVAL') throw error
  } finally {
    await handle.close()
  }
}
