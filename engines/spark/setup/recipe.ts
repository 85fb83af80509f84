import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SparkLine } from './sparkLines.ts'

/** How a line's jars are got, and which they must be. */
export interface Recipe {
  /** The pom.xml that Maven reads. */
  readonly pom: string
  /** SHA-256 (hex) of each jar, by its file name. */
  readonly jars: ReadonlyMap<string, string>
  /** Changes whenever another recipe would make another folder. */
  readonly hash: string
}

export function readRecipe(line: SparkLine): Recipe {
  const folder = recipeFolder(line)
  const pom = join(folder, 'pom.xml')
  const pins = readFileSync(join(folder, 'jars.sha256'), 'utf8')
  const hash = createHash('sha256').update(readFileSync(pom)).update(pins).digest('hex').slice(0, 8)
  return { pom, jars: parsePins(pins), hash }
}

/** The pom.xml and jars.sha256 lie beside this module in the sources; compiled to dist/ it finds them in the package's engines/. */
export function recipeFolder(line: SparkLine): string {
  const beside = fileURLToPath(new URL(`./${line}/`, import.meta.url))
  if (existsSync(beside)) return beside
  return fileURLToPath(new URL(`../../../../engines/spark/setup/${line}/`, import.meta.url))
}

/** Lines of `<sha256>  <file name>`, as sha256sum prints them. */
export function parsePins(text: string): Map<string, string> {
  const jars = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [hash, name] = line.split(/\s+/)
    if (hash && name) jars.set(name, hash)
  }
  return jars
}

export function formatPins(jars: ReadonlyMap<string, string>): string {
  return [...jars]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hash]) => `${hash}  ${name}\n`)
    .join('')
}
