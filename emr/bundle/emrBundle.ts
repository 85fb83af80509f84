import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bundleEntries } from './bundleEntries.ts'
import { installedPackages } from './installedPackages.ts'
import { type KeptArchive, keptArchive } from './keptArchive.ts'
import { ownFiles, ownFolder } from './ownFiles.ts'

export interface EmrBundleOptions {
  readonly cacheFolder: string
  /** Files of onnxruntime's CUDA part. @default none: for processors */
  readonly providers?: readonly string[]
  readonly onNote?: ((line: string) => void) | undefined
}

/**
 * The bundle of this program, made where there is none yet of its very files: some 10 seconds.
 * @throws HubError `missing_package`, `unsupported_layout`
 */
export async function emrBundle({
  cacheFolder,
  providers = [],
  onNote,
}: EmrBundleOptions): Promise<KeptArchive> {
  const own = (await ownFiles()).map(file => join(ownFolder(), file))
  const installed = npmsRecord()
  return await keptArchive({
    cacheFolder,
    name: 'bundle',
    files: [...own, ...providers, ...(installed === undefined ? [] : [installed])],
    texts:
      installed === undefined ? installedPackages().map(({ name, version }) => `${name} ${version}`) : [],
    entries: () => bundleEntries(providers),
    onNote,
  })
}

/** The file that npm rewrites whenever it installs something. */
function npmsRecord(): string | undefined {
  for (let folder = ownFolder(); ; folder = dirname(folder)) {
    const record = join(folder, 'node_modules/.package-lock.json')
    if (existsSync(record)) return record
    if (folder === dirname(folder)) return undefined
  }
}
