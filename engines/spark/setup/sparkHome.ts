import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { userError } from '../../../base/HubError.ts'
import { defaultCacheFolder } from '../../../storage/defaultCacheFolder.ts'
import { type Recipe, readRecipe } from './recipe.ts'
import { type SparkLine, sparkReleases } from './sparkLines.ts'

export interface SparkHomeOptions {
  readonly line: SparkLine
  /** @default the person's cache folder (IMAGEHUB_CACHE) */
  readonly cacheFolder?: string
}

/**
 * The folder of a Spark that `npm run spark:setup` brought: what Spark calls SPARK_HOME, with its jars in `jars/`.
 * @throws HubError `spark_missing`
 */
export async function sparkHome(options: SparkHomeOptions): Promise<string> {
  const recipe = readRecipe(options.line)
  const home = homePath(options, recipe)
  if (await isComplete(home, recipe)) return home
  throw userError(
    'spark_missing',
    `Spark ${sparkReleases[options.line].version} is not in ${home}`,
    'run `npm run spark:setup`, which brings it there; IMAGEHUB_CACHE names another cache folder',
  )
}

/** Another recipe has another folder: a Spark that is running is never changed under its feet. */
export function homePath(options: SparkHomeOptions, recipe: Recipe): string {
  const { line, cacheFolder = defaultCacheFolder() } = options
  return join(cacheFolder, 'spark', `${sparkReleases[line].version}-${recipe.hash}`)
}

/** Folders appear there whole; a person who tidies up may still have removed something of them. */
export async function isComplete(home: string, recipe: Recipe): Promise<boolean> {
  const found = new Set(await readdir(join(home, 'jars')).catch(() => []))
  return [...recipe.jars.keys()].every(name => found.has(name))
}
