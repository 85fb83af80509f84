import { BlockList, isIPv6 } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'
import { type HubError, userError } from '../../../base/HubError.ts'
import type { SparkRelease } from '../setup/sparkLines.ts'
import type { SparkMaster } from './parseMaster.ts'

/** What keeps strangers from a Connect server. Whoever reaches an unprotected one runs code as its user. */
export type Isolation =
  /** A network namespace of its own, reached through a Unix socket. Its tasks, where the master is local, have no network. Linux only. */
  | 'namespace'
  /** The network namespace of a process, for example of a cluster that runs in one. */
  | { readonly namespaceOf: number }
  /** The caller's word that nobody but friends is in these networks (CIDR), which hold every address of this machine. */
  | { readonly privateNetwork: string | readonly string[] }
  /** The caller's word that a firewall of this machine closes the server's port to all others. */
  | 'firewall'
  /** The server's own: it listens on 127.0.0.1 only and asks for a token. Spark 4. */
  | 'token'

export interface IsolationOptions {
  readonly release: SparkRelease
  readonly master: SparkMaster
  readonly isolation?: Isolation
  /** As `os.networkInterfaces()` gives them. */
  readonly interfaces: NodeJS.Dict<readonly NetworkInterfaceInfo[]>
}

/**
 * Decides how a server is protected: Spark 4 protects itself; Spark 3.5, which listens on every interface and asks nobody who they are,
 * goes into a namespace of its own where the master is local.
 * @throws HubError `spark_unprotected` where nothing protects it; `bad_isolation`
 */
export function decideIsolation(options: IsolationOptions): Isolation {
  const { release, master, isolation, interfaces } = options
  if (isolation === undefined && release.protectsItself) return 'token'
  if (isolation === undefined || isolation === 'token') {
    if (!release.protectsItself && isolation === undefined && master.kind === 'local') return 'namespace'
    if (!release.protectsItself)
      throw unprotected(`and a driver of ${master.url} cannot be in a network namespace of its own`, release)
    return 'token'
  }
  if (isolation === 'namespace' && master.kind !== 'local')
    throw userError(
      'bad_isolation',
      `out of a network namespace of its own no driver reaches ${master.url}`,
      'give isolation { privateNetwork } with the networks that only friends are in, or a local master',
    )
  if (typeof isolation === 'object' && 'privateNetwork' in isolation) {
    const networks = [isolation.privateNetwork].flat()
    const outside = addressesOutside(networks, interfaces)
    if (outside.length > 0)
      throw unprotected(`this machine's address ${outside[0]} is not in ${networks.join(', ')}`, release)
  }
  return isolation
}

export function unprotected(reason: string, release: SparkRelease, cause?: unknown): HubError {
  return userError(
    'spark_unprotected',
    `Spark ${release.version} was not started: its Connect server listens on every network interface without asking who calls, so that whoever reaches it runs code as you; ${reason}`,
    "use Spark 4.0, or a local master on Linux where `unshare --net` and `ip` work, or give isolation { privateNetwork: '10.0.0.0/16' } with the networks that only friends are in",
    cause,
  )
}

/** Addresses that others may reach: not loopback, not of the link alone, not in the networks. */
function addressesOutside(
  networks: readonly string[],
  interfaces: NodeJS.Dict<readonly NetworkInterfaceInfo[]>,
): string[] {
  const inside = new BlockList()
  for (const network of networks) addNetwork(inside, network)
  inside.addSubnet('fe80::', 10, 'ipv6')
  return Object.values(interfaces)
    .flatMap(addresses => addresses ?? [])
    .filter(({ internal }) => !internal)
    .filter(({ address, family }) => !inside.check(address, family === 'IPv6' ? 'ipv6' : 'ipv4'))
    .map(({ address }) => address)
}

function addNetwork(list: BlockList, network: string): void {
  const [address = '', bits = ''] = network.split('/')
  try {
    if (!/^\d+$/.test(bits) || bits === '0')
      throw new RangeError('a network has a number of bits, at least 1')
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4')
  } catch (thrown) {
    throw userError('bad_isolation', `"${network}" is no network`, 'write it as 10.0.0.0/16', thrown)
  }
}
