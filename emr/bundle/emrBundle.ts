import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { keepFile } from '../../engines/spark/bundle/keepFile.ts'
import { writeArchive } from '../../engines/spark/bundle/writeArchive.ts'
import { sha256OfFile } from '../../storage/sha256OfFile.ts'
import { bundleEntries } from './bundleEntries.ts'
import { installedPackages } from './installedPackages.ts'
import { ownFiles, ownFolder } from './ownFiles.ts'

export interface EmrBundleOptions {
  /** Bundles are kept there, by what they are made of. */
  readonly cacheFolder: string
  /** Files of onnxruntime's CUDA part. @default none: for processors */
  readonly providers?: readonly string[]
}

/** An archive on this machine. */
export interface EmrBundle {
  readonly path: string
  /** Of the archive, hex: the same program gives the same one. */
  readonly sha256: string
  readonly bytes: number
}

/**
 * The bundle of this program, made where there is none yet of its very files: some 10 seconds.
 * @throws HubError `missing_package`, `unsupported_layout`
 */
export async function emrBundle({ cacheFolder, providers = [] }: EmrBundleOptions): Promise<EmrBundle> {
  const path = join(cacheFolder, 'emr', `imagehub-emr-${await fingerprint(providers)}.tar.gz`)
  await keepFile(path, async unfinished => await writeArchive(await bundleEntries(providers), unfinished))
  const sumFile = `${path}.sha256`
  await keepFile(sumFile, async unfinished => await writeFile(unfinished, await sha256OfFile(path)))
  return { path, sha256: await readFile(sumFile, 'utf8'), bytes: (await stat(path)).size }
}

/**
 * What tells one program from another without reading all of it: size and time of every file of this package, and what npm installed. It
 * names a file here; what goes to S3 is named by its content.
 */
async function fingerprint(providers: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  const own = (await ownFiles()).map(file => join(ownFolder, file))
  const installed = npmsRecord()
  const files = [...own, ...providers, ...(installed === undefined ? [] : [installed])]
  const stats = await Promise.all(files.map(async file => ({ file, ...(await stat(file)) })))
  for (const { file, size, mtimeMs } of stats) hash.update(`${file} ${size} ${mtimeMs}\n`)
  if (installed === undefined)
    for (const { name, version } of installedPackages()) hash.update(`${name} ${version}\n`)
  return hash.digest('hex').slice(0, 16)
}

/** The file that npm rewrites whenever it installs something. */
function npmsRecord(): string | undefined {
  for (let folder = ownFolder; ; folder = dirname(folder)) {
    const record = join(folder, 'node_modules/.package-lock.json')
    if (existsSync(record)) return record
    if (folder === dirname(folder)) return undefined
  }
}
