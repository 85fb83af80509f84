import { relative, sep } from 'node:path'

/** A path as it is in `import` from a folder. */
export function importPath(folder: string, module: string): string {
  const path = relative(folder, module).split(sep).join('/')
  return path.startsWith('.') ? path : `./${path}`
}
