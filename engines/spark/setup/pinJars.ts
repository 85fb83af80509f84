import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashJars } from './checkJars.ts'
import { copyJars } from './copyJars.ts'
import { formatPins, recipeFolder } from './recipe.ts'
import { type SparkLine, sparkReleases } from './sparkLines.ts'

/** Writes the pinned jars of a line anew, after its pom.xml was changed: the difference is to be read before it is committed. */
export async function pinJars(line: SparkLine, onProgress: (text: string) => void): Promise<void> {
  const recipe = recipeFolder(line)
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-pins-'))
  try {
    const { version } = sparkReleases[line]
    await copyJars({ pom: join(recipe, 'pom.xml'), version, folder, onProgress })
    await writeFile(join(recipe, 'jars.sha256'), formatPins(await hashJars(folder)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
