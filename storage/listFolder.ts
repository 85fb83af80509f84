import type { Stats } from 'node:fs'
import { lstat, opendir, realpath, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { HubError, systemCode, userError } from '../base/HubError.ts'
import { naming } from './fileError.ts'
import type { ListOptions, ObjectInfo } from './Storage.ts'
import { temporaryPrefix } from './temporaryName.ts'
import { traverse, type Visitor } from './traverse.ts'

interface Folder {
  /** Empty or ending with a slash. */
  readonly prefix: string
  /** Reached through a link to a folder. */
  readonly linked: boolean
}

const batchSize = 64

/**
 * Every file below a folder, many sub-folders at once. Links to files are files. A link to a folder is followed where it leads out of
 * the root and no link led there, so that nothing is listed in circles or twice by a link inside. A link that leads nowhere and a name
 * that is no UTF-8 are listed with 0 bytes: reading them fails, which is better than losing them silently.
 */
export async function* listFolder(root: string, options: ListOptions = {}): AsyncGenerator<ObjectInfo> {
  const { prefix = '', concurrency = 16, signal } = options
  const start: Folder = { prefix: prefix.slice(0, prefix.lastIndexOf('/') + 1), linked: false }
  if (prefix !== '' && !(await isFolder(join(root, start.prefix)))) return
  const realRoot = await naming('list', root, () => realpath(root))
  if (!(await isFolder(realRoot))) {
    throw userError(
      'not_a_folder',
      `cannot list ${root}: it is no folder`,
      'name the folder that holds the files',
    )
  }

  const visit = async (folder: Folder, visitor: Visitor<Folder, ObjectInfo>): Promise<void> => {
    const path = join(root, folder.prefix)
    let files: string[] = []
    const emitFiles = async () => {
      const names = files
      files = []
      const infos = await Promise.all(names.map(name => describe(root, folder.prefix + name)))
      await visitor.emit(infos.filter(info => info !== undefined))
    }
    for await (const entry of await opendir(path, { bufferSize: 256 })) {
      visitor.signal.throwIfAborted()
      const key = folder.prefix + entry.name
      if (entry.name.startsWith(temporaryPrefix) || !key.startsWith(prefix)) continue
      if (entry.isDirectory()) await visitor.spawn({ prefix: `${key}/`, linked: folder.linked })
      else if (entry.isSymbolicLink() && (await isFolder(join(root, key)))) {
        if (folder.linked || !(await leadsOutside(realRoot, join(root, key)))) continue
        await visitor.spawn({ prefix: `${key}/`, linked: true })
      } else if (entry.isFile() || entry.isSymbolicLink()) files.push(entry.name)
      if (files.length >= batchSize) await emitFiles()
    }
    await emitFiles()
  }
  const visitUnlessGone = async (folder: Folder, visitor: Visitor<Folder, ObjectInfo>): Promise<void> => {
    try {
      await naming('list', join(root, folder.prefix), () => visit(folder, visitor))
    } catch (error) {
      const gone = error instanceof HubError && error.code === 'not_found'
      if (!gone || (folder === start && prefix === '')) throw error
    }
  }
  yield* traverse({ start, visit: visitUnlessGone, concurrency, signal })
}

/** What is known of a file: null where there is none, or where it is no regular file. */
export async function fileInfo(root: string, key: string): Promise<ObjectInfo | null> {
  try {
    const stats = await stat(join(root, key))
    return stats.isFile() ? info(key, stats) : null
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return null
    throw error
  }
}

async function describe(root: string, key: string): Promise<ObjectInfo | undefined> {
  const path = join(root, key)
  try {
    const stats = await stat(path)
    return stats.isFile() ? info(key, stats) : undefined
  } catch {
    const gone = !key.includes('\uFFFD') && (await isGone(path))
    return gone ? undefined : { key, bytes: 0, etag: null, modifiedAt: 0 }
  }
}

async function isGone(path: string): Promise<boolean> {
  return lstat(path).then(
    () => false,
    error => systemCode(error) === 'ENOENT',
  )
}

function info(key: string, stats: Stats): ObjectInfo {
  return { key, bytes: stats.size, etag: null, modifiedAt: Math.round(stats.mtimeMs * 1000) }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    stats => stats.isDirectory(),
    () => false,
  )
}

async function leadsOutside(realRoot: string, link: string): Promise<boolean> {
  const target = await realpath(link)
  const below = (folder: string, path: string) => !/^\.\.(\/|$)/.test(relative(folder, path))
  return !below(realRoot, target) && !below(target, realRoot)
}
