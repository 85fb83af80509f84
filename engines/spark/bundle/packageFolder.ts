import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The nearest folder above a module that is a package's. */
export function packageFolder(module: string): string {
  for (let folder = dirname(module); ; folder = dirname(folder))
    if (existsSync(join(folder, 'package.json')) || folder === dirname(folder)) return folder
}
