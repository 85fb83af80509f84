import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, copyFile, link, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { moduleBeside } from '../../../base/moduleBeside.ts'
import { sha256OfFile } from '../../../storage/sha256OfFile.ts'
import type { ArchiveEntry } from './ArchiveEntry.ts'
import { buildBundle } from './buildBundle.ts'
import { importPath } from './importPath.ts'
import { keepFile } from './keepFile.ts'
import { launcherText } from './launcherText.ts'
import { nodeBinary, packageEntries } from './packageEntries.ts'
import { packageFolder } from './packageFolder.ts'
import { thisPlatform, type WorkerPlatform } from './workerPlatform.ts'
import { writeArchive } from './writeArchive.ts'

export interface WorkerArchiveOptions {
  /** Folder and archive are kept there, by their hash. */
  readonly cacheFolder: string
  /** @default this machine's */
  readonly platform?: WorkerPlatform
  /** With what onnxruntime needs for NVIDIA GPUs, where its package has it. @default false */
  readonly gpu?: boolean
}

export interface WorkerArchive {
  /** The archive's files on this machine: its launcher serves a local master. */
  readonly folder: string
  /** Path of the launcher on this machine: what Spark runs as Python with a local master. */
  readonly launcher: string
  /** The files as one, for clusters; made when it is asked for. */
  archive(): Promise<ArchiveFile>
}

export interface ArchiveFile {
  readonly path: string
  /** `imagehub-worker-<platform>-<hash>.tar.gz`, with the hash of the files in it. */
  readonly name: string
  /** Of the archive, hexadecimal. */
  readonly sha256: string
}

/** Longer than anything here takes. */
const staleMilliseconds = 3_600_000

/** Where Spark finds the launcher below the folder that an archive `NAME#imagehub` is unpacked to. */
export const archivedLauncher = 'imagehub/bin/imagehub-worker'

/**
 * Everything that a machine needs to run stages: Node, the worker, and native packages for its platform.
 * @throws HubError `missing_package`, `unsupported_platform`
 */
export async function workerArchive(options: WorkerArchiveOptions): Promise<WorkerArchive> {
  const { cacheFolder, platform = thisPlatform(), gpu = false } = options
  const entries = await archiveEntries(platform, gpu)
  const hash = await hashEntries(entries)
  const name = `imagehub-worker-${platform}-${hash}`
  const folder = join(cacheFolder, 'spark', name)
  await keepFolder(folder, entries)
  return {
    folder,
    launcher: join(folder, 'bin/imagehub-worker'),
    async archive() {
      const path = `${folder}.tar.gz`
      await keepFile(path, unfinished => writeArchive(entries, unfinished))
      return { path, name: `${name}.tar.gz`, sha256: await sha256OfFile(path) }
    },
  }
}

/** Sorted by name. */
async function archiveEntries(platform: WorkerPlatform, gpu: boolean): Promise<ArchiveEntry[]> {
  const launcher = { bytes: Buffer.from(launcherText(platform)) }
  const entries: ArchiveEntry[] = [
    { name: 'bin/imagehub-worker', executable: true, content: launcher },
    { name: 'bin/node', executable: true, content: { file: nodeBinary(platform) } },
    { name: 'worker.mjs', executable: false, content: { bytes: await bundleProgram('main') } },
    { name: 'thread.mjs', executable: false, content: { bytes: await bundleProgram('thread/threadMain') } },
    ...(await packageEntries({ platform, gpu })),
  ]
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A module of the worker as one file. */
async function bundleProgram(name: string): Promise<Uint8Array> {
  const module = fileURLToPath(moduleBeside(import.meta.url, `../worker/${name}`))
  const root = packageFolder(module)
  const text = `import ${JSON.stringify(importPath(root, module))}`
  return (await buildBundle({ text, root, map: false })).bytes
}

async function hashEntries(entries: readonly ArchiveEntry[]): Promise<string> {
  const hash = createHash('sha256')
  for (const { name, executable, content } of entries) {
    const bytes = 'bytes' in content ? createHash('sha256').update(content.bytes).digest('hex') : undefined
    const sum = bytes ?? ('file' in content ? await sha256OfFile(content.file) : '')
    hash.update(`${name} ${executable} ${sum}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}

/** Lays the files out, whole or not at all. Large ones are linked where the file system allows it. */
async function keepFolder(folder: string, entries: readonly ArchiveEntry[]): Promise<void> {
  if (existsSync(folder)) return
  await sweep(dirname(folder))
  const unfinished = `${folder}.${randomUUID()}.partial`
  try {
    for (const { name, executable, content } of entries) {
      const path = join(unfinished, name)
      await mkdir(dirname(path), { recursive: true })
      if ('bytes' in content) await writeFile(path, content.bytes)
      else await link(content.file, path).catch(() => copyFile(content.file, path))
      if ('bytes' in content && executable) await chmod(path, 0o755)
    }
    await rename(unfinished, folder).catch((thrown: unknown) => {
      // Another process was faster.
      if (!existsSync(folder)) throw thrown
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

/** Removes what processes left that were killed at it. */
async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter(name => name.endsWith('.partial'))) {
    const path = join(folder, name)
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now())
    if (age > staleMilliseconds) await rm(path, { recursive: true, force: true })
  }
}
