import { type HubError, userError } from '../../../base/HubError.ts'

/** Where Spark's tasks run. */
export type SparkMaster =
  | { readonly kind: 'local'; readonly url: string }
  | { readonly kind: 'standalone'; readonly url: string; readonly hosts: readonly HostAndPort[] }
  | { readonly kind: 'yarn'; readonly url: string }

export interface HostAndPort {
  readonly host: string
  readonly port: number
}

const hint =
  'a master is local, local[4], local[*], local[4,3] (3 tries of a task), spark://host:port, spark://host1:port,host2:port or yarn'

/**
 * Reads a master URL; local ones must have at least one thread and one try.
 * @throws HubError `bad_master`
 */
export function parseMaster(url: string): SparkMaster {
  if (url === 'local') return { kind: 'local', url }
  if (url === 'yarn') return { kind: 'yarn', url }
  const local = /^local\[(\d+|\*)(?:,(\d+))?\]$/.exec(url)
  if (local) {
    const [, threads = '', tries = '1'] = local
    if (threads === '0' || Number(tries) === 0) throw refused(url, 'threads and tries are at least 1')
    return { kind: 'local', url }
  }
  const hosts = /^spark:\/\/(.+)$/.exec(url)?.[1]
  if (hosts === undefined) throw refused(url)
  return { kind: 'standalone', url, hosts: hosts.split(',').map(text => parseHost(url, text)) }
}

function parseHost(url: string, text: string): HostAndPort {
  const [, host, port] = /^([A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})$/.exec(text) ?? []
  if (host === undefined || port === undefined) throw refused(url, `"${text}" is not host:port`)
  if (Number(port) < 1 || Number(port) > 65_535) throw refused(url, `${port} is no port`)
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

function refused(url: string, detail?: string): HubError {
  const reason = detail === undefined ? '' : `: ${detail}`
  return userError('bad_master', `"${url}" is no Spark master${reason}`, hint)
}
