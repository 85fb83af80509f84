import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * A person's folder for what can be fetched or made again: IMAGEHUB_CACHE, else `imagehub` in the cache folder of the XDG Base Directory
 * Specification.
 */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const shared = environment.XDG_CACHE_HOME || join(homedir(), '.cache')
  return environment.IMAGEHUB_CACHE || join(shared, 'imagehub')
}
