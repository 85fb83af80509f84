import { createHash } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, extname, resolve, sep } from 'node:path'
import type { Plugin } from 'esbuild'
import { userError } from '../../base/HubError.ts'
import { importPath } from '../../engines/spark/bundle/importPath.ts'
import { nativePackages } from '../../engines/spark/bundle/nativePackages.ts'
import { packageFolder } from '../../engines/spark/bundle/packageFolder.ts'
import { shippedJobs } from '../../jobs/define/loadJob.ts'
import { keptModule } from './keptModule.ts'
import { ownFolder, ownModule } from './ownFiles.ts'

/** What a bundle runs as a job: one that it has, or a module of a person's, which it is given. */
export type JobModule = { readonly shipped: string } | { readonly bytes: Uint8Array; readonly sha256: string }

/**
 * One file with a job and what it imports, but for this package, which the bundle has.
 * @param named as loadJob takes it
 * @throws HubError `bundle_failed`, `unsupported_package`, `unknown_job`
 */
export async function jobModule(
  named: string,
  { cacheFolder }: { readonly cacheFolder: string },
): Promise<JobModule> {
  const shipped = shippedJobs().find(name => name === named || isFileOf(name, named))
  if (shipped !== undefined) return { shipped }
  const path = resolve(named)
  if (!existsSync(path))
    throw userError('unknown_job', `there is no file ${named}`, 'imagehub jobs lists jobs')
  const entry = realpathSync(path)
  const root = packageFolder(path)
  const build = async () => {
    // Loaded where it is needed: esbuild takes as long as all else.
    const { buildBundle } = await import('../../engines/spark/bundle/buildBundle.ts')
    return await buildBundle({
      text: `export { default } from ${JSON.stringify(importPath(root, entry))}\n`,
      root,
      map: false,
      provided: { packages: nativePackages, plugin: ownPackage(entry), where: 'the bundle for EMR' },
    })
  }
  const bytes = await keptModule({ cacheFolder, entry, build })
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

function isFileOf(shipped: string, named: string): boolean {
  const own = resolve(ownFolder(), ownModule(`jobs/${shipped}`))
  return extname(named) !== '' && existsSync(named) && realpathSync(named) === own
}

/** Imports of this package, by its name or by path, are those of the bundle: a second copy of it would find neither its files nor its classes. */
function ownPackage(entry: string): Plugin {
  const own = ownFolder() + sep
  const outside = (file: string) => ({ path: `../imagehub/${file.split(sep).join('/')}`, external: true })
  return {
    name: 'imagehub',
    setup({ onResolve }) {
      onResolve({ filter: /^imagehub(\/\w+)?$/ }, ({ path }) =>
        outside(ownModule(path.split('/')[1] ?? 'index')),
      )
      onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
        const file = resolve(resolveDir, path)
        const isOwn = file.startsWith(own) && !file.startsWith(`${own}node_modules${sep}`)
        // Beside the job, in a checkout, there may be files that are a person's own: they are in no bundle.
        return isOwn && file !== entry && dirname(file) !== dirname(entry)
          ? outside(file.slice(own.length))
          : null
      })
    },
  }
}
