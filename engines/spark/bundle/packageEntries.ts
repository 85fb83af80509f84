import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { userError } from '../../../base/HubError.ts'
import type { ArchiveEntry } from './ArchiveEntry.ts'
import { findPackage } from './findPackage.ts'
import type { WorkerPlatform } from './workerPlatform.ts'

export interface PackageEntriesOptions {
  readonly platform: WorkerPlatform
  /** With what onnxruntime needs for NVIDIA GPUs, where its package has it. */
  readonly gpu: boolean
}

interface ArchivedPackage {
  readonly name: string
  /** Which of its files, by their path in it, are needed to run. */
  readonly takes: (path: string) => boolean
}

const program = (path: string) => /\.(c?js|mjs|json)$/.test(path) || /^licen[cs]e/i.test(path)
const gpuFile = /_providers_(cuda|tensorrt)|cudart|cublas|cudnn|cufft|curand/i

/** Native packages with what they import, without the files that only install or document them. */
function archivedPackages({ platform, gpu }: PackageEntriesOptions): ArchivedPackage[] {
  const [system = '', processor = ''] = platform.split('-')
  const runtime = `/${system}/${processor}/`
  return [
    {
      name: 'onnxruntime-node',
      takes: path =>
        path === 'package.json' ||
        (path.startsWith('dist/') && program(path)) ||
        (path.startsWith('bin/') && path.includes(runtime) && (gpu || !gpuFile.test(path))),
    },
    {
      name: 'onnxruntime-common',
      takes: path => path === 'package.json' || (/^dist\//.test(path) && program(path)),
    },
    { name: 'sharp', takes: path => path === 'package.json' || (path.startsWith('dist/') && program(path)) },
    { name: '@img/colour', takes: program },
    { name: 'detect-libc', takes: program },
    { name: 'semver', takes: path => program(path) && !path.startsWith('bin/') },
    { name: `@img/sharp-${platform}`, takes: path => program(path) || path.endsWith('.node') },
    {
      name: `@img/sharp-libvips-${platform}`,
      takes: path => program(path) || /\.so(\.[\d.]+)?$/.test(path),
    },
  ]
}

/**
 * The files of the native packages for a platform, below `node_modules/`.
 * @throws HubError `missing_package` where npm did not bring one for the platform
 */
export async function packageEntries(options: PackageEntriesOptions): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = []
  for (const { name, takes } of archivedPackages(options)) {
    const folder = packageAt(name, options.platform)
    const files = await readdir(folder, { recursive: true, withFileTypes: true })
    for (const file of files) {
      const path = join(file.parentPath, file.name)
      const inside = path.slice(folder.length + 1)
      if (file.isFile() && !inside.startsWith('node_modules/') && takes(inside))
        entries.push({ name: `node_modules/${name}/${inside}`, executable: false, content: { file: path } })
    }
  }
  return entries
}

/** The Node binary for a platform: from npm's package, else the one that runs this, where it is for that platform and new enough. */
export function nodeBinary(platform: WorkerPlatform): string {
  const folder = findPackage(import.meta.dirname, `node-${platform}`)
  if (folder !== undefined) return join(folder, 'bin/node')
  const suits = `${process.platform}-${process.arch}` === platform
  if (suits && Number.parseInt(process.versions.node, 10) >= 24) return process.execPath
  throw missing(`node-${platform}`, platform)
}

function packageAt(name: string, platform: WorkerPlatform): string {
  const folder = findPackage(import.meta.dirname, name)
  if (folder === undefined) throw missing(name, platform)
  return folder
}

function missing(name: string, platform: WorkerPlatform) {
  const [os, cpu] = platform.split('-')
  return userError(
    'missing_package',
    `the package ${name} is not installed: the worker archive for ${platform} needs it`,
    `npm install --os=${os} --cpu=${cpu} brings the packages of that platform`,
  )
}
