import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { packageFolder } from '../../engines/spark/bundle/packageFolder.ts'

/** Folders of a checkout that no program needs to run. */
const left = new Set(['node_modules', 'test', 'bench', 'examples', 'notebooks', 'docs', 'dist'])

/** The folder that this package is in. */
export const ownFolder = (): string => packageFolder(import.meta.filename)

/** Of a checkout the sources, which Node runs as they are; of an installed package what it has of compiled code. */
const isCheckout = extname(import.meta.filename) === '.ts'

/** This package's files that a program of it needs, relative to its folder and sorted. */
export async function ownFiles(): Promise<string[]> {
  const wanted = isCheckout ? /\.(ts|sql)$/ : /^(dist\/.*\.js|sql\/.*\.sql)$/
  const folder = ownFolder()
  const found = ['package.json']
  const visit = async (below: string): Promise<void> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true })
    await Promise.all(
      entries.map(entry => visitEntry(below === '' ? entry.name : `${below}/${entry.name}`, entry)),
    )
  }
  const visitEntry = async (path: string, entry: Dirent): Promise<void> => {
    if (entry.isFile() && wanted.test(path)) found.push(path)
    if (!entry.isDirectory() || entry.name.startsWith('.')) return
    if (path.includes('/') || !left.has(path) || (path === 'dist' && !isCheckout)) await visit(path)
  }
  await visit('')
  return found.sort()
}

/** This package's module of a name such as `emr/driver/main`, as it is in the bundle. */
export function ownModule(name: string): string {
  return isCheckout ? `${name}.ts` : `dist/${name}.js`
}
