import { readlinkSync } from 'node:fs'
import { runTool } from '../setup/runTool.ts'
import type { SparkRelease } from '../setup/sparkLines.ts'
import { type Isolation, unprotected } from './isolation.ts'

/** The command to put before one that is to run in the isolation's network namespace; empty for this process's own. */
export function namespaceCommand(isolation: Isolation): readonly string[] {
  const isRoot = process.getuid?.() === 0
  if (isolation === 'namespace')
    return isRoot ? ['unshare', '--net', '--'] : ['unshare', '--user', '--map-root-user', '--net', '--']
  if (typeof isolation !== 'object' || !('namespaceOf' in isolation)) return []
  const of = `/proc/${isolation.namespaceOf}/ns`
  if (networkOf(of) === networkOf('/proc/self/ns')) return []
  const net = `--net=${of}/net`
  return isRoot
    ? ['nsenter', net, '--']
    : ['nsenter', `--user=${of}/user`, net, '--preserve-credentials', '--']
}

/** Identity of a network namespace; NaN, equal to nothing, where the process is gone or somebody else's. */
function networkOf(namespaces: string): string | number {
  try {
    return readlinkSync(`${namespaces}/net`)
  } catch {
    return Number.NaN
  }
}

/** Prints the addresses that others may reach. */
const outwards = `console.log(Object.values(os.networkInterfaces()).flat().filter(a => !a.internal).map(a => a.address).join())`

/**
 * Tries whether this machine lets us make, or enter, the namespace, and that nobody reaches a server in it.
 * @throws HubError `spark_unprotected` with the reason
 */
export async function checkNamespace(isolation: Isolation, release: SparkRelease): Promise<void> {
  const made = isolation === 'namespace'
  if (!made && !(typeof isolation === 'object' && 'namespaceOf' in isolation)) return
  // Loopback of a new namespace is down.
  const tried = made ? ['ip', 'link', 'set', 'lo', 'up'] : [process.execPath, '-e', outwards]
  const command = [...namespaceCommand(isolation), ...tried]
  const [program = '', ...args] = command
  const said = await runTool({ program, args }).catch(thrown => {
    throw unprotected(`and \`${command.join(' ')}\` does not work here`, release, thrown)
  })
  if (said.trim() === '' || release.protectsItself) return
  throw unprotected(`and the network namespace that was named has the address ${said.trim()}`, release)
}
