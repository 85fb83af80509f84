import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** The folder of a package, where Node would find it from another folder, whether it exports its package.json or not. */
export function findPackage(from: string, name: string): string | undefined {
  // Not by the name alone: packages may be named as modules of Node are, as buffer is.
  const places = createRequire(join(from, 'package.json')).resolve.paths(`${name}/package.json`) ?? []
  return places.map(place => join(place, name)).find(folder => existsSync(join(folder, 'package.json')))
}
