import type { Storage } from '../../storage/Storage.ts'
import type { Place } from './Cause.ts'
import type { Log, Logs } from './Log.ts'
import { logParts } from './logParts.ts'

export interface ReadLogsOptions {
  /** Where the cluster's LogUri points to: `openStorage(logLocation(LogUri))`. */
  readonly storage: Storage
  /** `j-...` */
  readonly clusterId: string
  /** Objects that are looked at below one prefix. @default 20,000 */
  readonly mostObjects?: number
  /** Logs of one kind that are read. @default 200 */
  readonly mostLogs?: number
}

/** EMR tells LogUris with the schemes of Hadoop's file systems. */
export function logLocation(logUri: string): string {
  return logUri.replace(/^s3[an]:\/\//, 's3://')
}

/** Most telling first. */
const names = ['stderr', 'stdout', 'syslog', 'controller']

/**
 * The logs that EMR copied below a LogUri, found when they are asked for.
 * Throws what the storage does: `access_denied`, `bucket_not_found`, `not_found`, ...
 */
export function readLogs({
  storage,
  clusterId,
  mostObjects = 20_000,
  mostLogs = 200,
}: ReadLogsOptions): Logs {
  async function* below(prefix: string, place: Place, wanted: RegExp): AsyncGenerator<Log> {
    const stored = []
    let seen = 0
    for await (const object of storage.list({ prefix: `${clusterId}/${prefix}` })) {
      if (wanted.test(object.key)) stored.push(object)
      seen += 1
      if (seen >= mostObjects) break
    }
    const logs = [...logParts(stored)].sort(([a], [b]) => compare(rankOf(a), rankOf(b)) || compare(a, b))
    for (const [log, keys] of logs.slice(0, mostLogs)) {
      yield {
        place,
        file: storage.uri(keys.at(-1) ?? log),
        parts: keys.map(key => ({ file: storage.uri(key), open: () => storage.openRead(key) })),
      }
    }
  }
  return {
    ofStep: id => below(`steps/${id}/`, 'step', /\/(?:stderr|stdout|syslog|controller)[^/]*$/),
    ofApplication: id => below(`containers/${id}/`, 'container', /\/(?:stderr|stdout)[^/]*$/),
    ofBootstrap: () =>
      below('node/', 'bootstrap', /\/bootstrap-actions\/\d+\/(?:stderr|stdout|controller)[^/]*$/),
    ofNodes: () =>
      below('node/', 'node', /\/(?:provision-node\/.*(?:stderr|\.log)|.*nodemanager.*\.(?:log|out))[^/]*$/),
  }
}

/** The application master first (its container is number 1), errors before output, controllers last. */
function rankOf(log: string): string {
  const [folder = '', name = ''] = [/([^/]+)\/[^/]+$/.exec(log)?.[1], log.split('/').at(-1)]
  const byName = names.findIndex(known => name.startsWith(known))
  return `${/^container_.*_0*1$/.test(folder) ? 0 : 1}${byName < 0 ? names.length : byName}`
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
