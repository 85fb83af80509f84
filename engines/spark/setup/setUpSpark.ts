import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { withFileLock } from '../../../base/withFileLock.ts'
import { checkJars } from './checkJars.ts'
import { copyJars } from './copyJars.ts'
import { findJava } from './findJava.ts'
import { findMaven } from './findMaven.ts'
import { readRecipe } from './recipe.ts'
import { homePath, isComplete, type SparkHomeOptions } from './sparkHome.ts'
import { sparkReleases } from './sparkLines.ts'

export interface SetUpSparkOptions extends SparkHomeOptions {
  readonly signal?: AbortSignal
  /** One line for people at each step. */
  readonly onProgress?: (text: string) => void
}

/**
 * Brings one line's Spark into the cache folder, unless it is there, and returns its SPARK_HOME. The folder appears whole or not at all;
 * of two set-ups at once the second waits for the first.
 * @throws HubError `java_missing`, `java_too_old`, `java_too_new`, `maven_missing`, `maven_too_old`; `spark_not_fetched` where Maven fails;
 *   `spark_damaged` where a jar is not the one that is pinned
 */
export async function setUpSpark(options: SetUpSparkOptions): Promise<string> {
  const { line, signal, onProgress = () => {} } = options
  const { version } = sparkReleases[line]
  const recipe = readRecipe(line)
  const home = homePath(options, recipe)
  if (await isComplete(home, recipe)) return home
  await findJava({ line })
  await findMaven()
  const parent = dirname(home)
  await mkdir(parent, { recursive: true })
  const unfinished = `.unfinished-${basename(home)}-`
  const lock = join(parent, `.lock-${basename(home)}`)
  const waits = () => onProgress(`Spark ${version}: waits for another set-up`)
  return withFileLock({ lock, onWait: waits, ...(signal && { signal }) }, async () => {
    if (await isComplete(home, recipe)) return home
    await removeAll(parent, unfinished)
    const folder = await mkdtemp(join(parent, unfinished))
    try {
      onProgress(`Spark ${version}: Maven fetches ${recipe.jars.size} jars, about 250 MB`)
      const jars = join(folder, 'jars')
      await copyJars({ pom: recipe.pom, version, folder: jars, onProgress, ...(signal && { signal }) })
      await checkJars({ folder: jars, pinned: recipe.jars, version })
      await rm(home, { recursive: true, force: true })
      await rename(folder, home)
      return home
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

/** What set-ups that were killed left. */
async function removeAll(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent))
    if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true })
}
