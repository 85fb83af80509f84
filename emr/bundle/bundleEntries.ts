import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { userError } from '../../base/HubError.ts'
import type { ArchiveEntry } from '../../engines/spark/bundle/ArchiveEntry.ts'
import { nodeBinary } from '../../engines/spark/bundle/packageEntries.ts'
import { type InstalledPackage, installedPackages } from './installedPackages.ts'
import { ownFiles, ownFolder, ownModule } from './ownFiles.ts'

/** Machines of EMR that the bundle runs on: see jobs/define/instanceTypes.ts. */
const platform = 'linux-x64'

/** Packages with programs for one platform each, of which the bundle has those for its own. */
const platformPackages = [
  `@duckdb/node-bindings-${platform}`,
  `@esbuild/${platform}`,
  `@img/sharp-${platform}`,
  `@img/sharp-libvips-${platform}`,
] as const

const ofPlatform = /^(@duckdb\/node-bindings-|@esbuild\/|@img\/sharp-|@emnapi\/|node-(linux|darwin|win)-)/

/** What documents or types a package, and what maps its code back. */
const notRun = /\.(d\.[cm]?ts|ts|tsx|map|md|markdown|flow)$/i
/** onnxruntime's programs of other platforms, and for GPUs. */
const otherRuntime = /^bin\/(?!napi-v\d+\/linux\/x64\/)|_providers_(cuda|tensorrt|shared)/

/** Where onnxruntime looks for its providers. */
const runtimeFolder = 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64'

/**
 * Everything that a step of EMR needs, sorted by name: Node, this package and what it needs, and `driver.mjs`, which it starts with.
 * @param providers files of onnxruntime's CUDA part, for jobs on GPUs
 * @throws HubError `missing_package`, `unsupported_layout`
 */
export async function bundleEntries(providers: readonly string[]): Promise<ArchiveEntry[]> {
  const packages = installedPackages()
  const missing = platformPackages.find(name => packages.every(installed => installed.name !== name))
  if (missing !== undefined)
    throw userError(
      'missing_package',
      `the package ${missing} is not installed: the machines of EMR need it`,
      'npm install --os=linux --cpu=x64 --libc=glibc brings the packages of their platform',
    )
  const driver = `import './imagehub/${ownModule('emr/driver/main')}'\n`
  const entries: ArchiveEntry[] = [
    { name: 'bin/node', executable: true, content: { file: nodeBinary(platform) } },
    { name: 'driver.mjs', executable: false, content: { bytes: Buffer.from(driver) } },
    ...(await ownFiles()).map(file => ({
      name: `imagehub/${file}`,
      executable: false,
      content: { file: join(ownFolder(), file) },
    })),
    ...providers.map(file => ({
      name: `${runtimeFolder}/${basename(file)}`,
      executable: false,
      content: { file },
    })),
  ]
  const wanted = packages.filter(
    ({ name }) => !ofPlatform.test(name) || platformPackages.some(known => known === name),
  )
  for (const installed of wanted) entries.push(...(await packageFiles(installed)))
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function packageFiles({ name, folder, place }: InstalledPackage): Promise<ArchiveEntry[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = files
    .filter(file => file.isFile())
    .map(file => join(file.parentPath, file.name).slice(folder.length + 1))
    .filter(path => !/(^|\/)node_modules\//.test(path) && !notRun.test(path))
    .filter(path => name !== 'esbuild' || !path.startsWith('bin/'))
    .filter(path => name !== 'onnxruntime-node' || !otherRuntime.test(path))
  return await Promise.all(
    paths.map(async path => {
      const file = join(folder, path)
      const { mode } = await stat(file)
      return { name: `${place}/${path}`, executable: (mode & 0o111) !== 0, content: { file } }
    }),
  )
}
