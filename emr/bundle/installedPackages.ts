import { readFileSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import { userError } from '../../base/HubError.ts'
import { findPackage } from '../../engines/spark/bundle/findPackage.ts'
import { ownFolder } from './ownFiles.ts'

/** A package that npm installed. */
export interface InstalledPackage {
  readonly name: string
  readonly version: string
  /** On this machine. */
  readonly folder: string
  /** In the bundle: `node_modules/zod`. */
  readonly place: string
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * The packages that this one needs to run, with those that they need, as npm laid them out; optional ones where they are.
 * @throws HubError `missing_package`, `unsupported_layout`
 */
export function installedPackages(): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>()
  const visit = (folder: string): void => {
    const { dependencies = {}, optionalDependencies = {} } = manifestOf(folder)
    for (const name of new Set([...Object.keys(dependencies), ...Object.keys(optionalDependencies)])) {
      const resolved = findPackage(folder, name)
      if (resolved === undefined && name in optionalDependencies) continue
      if (resolved === undefined)
        throw userError('missing_package', `the package ${name} is not installed`, 'run npm install')
      if (found.has(resolved)) continue
      const { version } = manifestOf(resolved)
      found.set(resolved, { name, version, folder: resolved, place: placeOf(resolved) })
      visit(resolved)
    }
  }
  visit(ownFolder())
  return [...found.values()].sort((a, b) => (a.place < b.place ? -1 : 1))
}

/** The folder whose node_modules all packages are in. */
function layoutFolder(): string {
  const parts = ownFolder().split(`${sep}node_modules${sep}`)
  return parts.length === 1 ? ownFolder() : (parts[0] ?? '')
}

/** Where a package is in the bundle, in which this one is no package of node_modules but the folder imagehub. */
function placeOf(folder: string): string {
  const layout = layoutFolder()
  if (realpathSync(folder) !== folder || !folder.startsWith(layout + sep))
    throw userError(
      'unsupported_layout',
      `${folder} is a link or lies elsewhere: the bundle is made of packages as npm lays them out`,
      'install with npm, without links',
    )
  const place = folder
    .slice(layout.length + 1)
    .split(sep)
    .join('/')
  return place.startsWith('node_modules/imagehub/') ? place.slice('node_modules/'.length) : place
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}
