import { createHash } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { moduleBeside } from '../../../base/moduleBeside.ts'
import { buildBundle } from './buildBundle.ts'
import { importPath } from './importPath.ts'
import { keepFile } from './keepFile.ts'
import { packageFolder } from './packageFolder.ts'

export interface StageBundle {
  /** `stage-<hash>.mjs`: the same stage gives the same name. */
  readonly name: string
  readonly path: string
}

export interface BundleStageOptions {
  /** Bundles are kept there, by their hash. */
  readonly cacheFolder: string
}

/**
 * One file with a stage, all that it imports, and what serves it in a worker's thread.
 * @param module URL of the module whose default export is the stage (`Stage.module`): TypeScript or JavaScript
 * @throws HubError `bundle_failed`, `unsupported_package`
 */
export async function bundleStage(module: string, { cacheFolder }: BundleStageOptions): Promise<StageBundle> {
  const given = fileURLToPath(module)
  const path = existsSync(given) ? realpathSync(given) : given
  const serve = fileURLToPath(moduleBeside(import.meta.url, '../worker/thread/serveStage'))
  const root = packageFolder(path)
  const text = [
    `import stage from ${JSON.stringify(importPath(root, path))}`,
    `import { serveStage } from ${JSON.stringify(importPath(root, serve))}`,
    'serveStage(stage)',
  ].join('\n')
  const { bytes } = await buildBundle({ text, root, map: true })
  const name = `stage-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.mjs`
  const kept = join(cacheFolder, 'spark', name)
  await keepFile(kept, unfinished => writeFile(unfinished, bytes))
  return { name, path: kept }
}
