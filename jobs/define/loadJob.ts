import { globSync } from 'node:fs'
import { basename, dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HubError, toError, userError } from '../../base/HubError.ts'
import { nearest } from '../../base/nearest.ts'
import type { Job } from './Job.ts'

/** Names of the jobs that come with imagehub. */
export function shippedJobs(): string[] {
  return globSync(`*${extname(import.meta.filename)}`, { cwd: dirname(import.meta.dirname) })
    .map(file => basename(file, extname(file)))
    .sort()
}

/**
 * The job that a person names: one that comes with imagehub, or a file whose default export is one. The file is a program, and runs.
 * @throws HubError `unknown_job`, `bad_job`; what defineJob refuses
 */
export async function loadJob(named: string): Promise<Job> {
  const shipped = shippedJobs()
  if (shipped.includes(named))
    return await importJob(new URL(`../${named}${extname(import.meta.filename)}`, import.meta.url), named)
  if (/\.[cm]?[jt]s$/.test(named)) return await importJob(pathToFileURL(resolve(named)), named)
  const [meant] = nearest(named, shipped)
  throw userError(
    'unknown_job',
    `there is no job ${JSON.stringify(named)}`,
    `give one of ${shipped.join(', ')}${meant === undefined ? '' : ` (did you mean ${meant}?)`}, or a file such as jobs/mine.ts`,
  )
}

async function importJob(url: URL, named: string): Promise<Job> {
  let loaded: { readonly default?: unknown }
  try {
    loaded = (await import(url.href)) as typeof loaded
  } catch (thrown) {
    const { message } = toError(thrown)
    // Its own definition was refused: the hint says what to change.
    if (thrown instanceof HubError) throw userError(thrown.code, `${named}: ${message}`, thrown.hint, thrown)
    throw userError('bad_job', `${named} cannot be loaded: ${message}`, 'see the cause', thrown)
  }
  if (isJob(loaded.default)) return loaded.default
  throw userError(
    'bad_job',
    `the default export of ${named} is no job`,
    'write export default defineJob({ ... })',
  )
}

function isJob(value: unknown): value is Job {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['name', 'params', 'pipeline', 'cluster', 'access'].every(key => key in value)
  )
}
