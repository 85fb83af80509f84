import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'

/** States of TCP connections (include/net/tcp_states.h). */
const established = '01'

/**
 * Whether the other side of a connection on this machine has closed it, although what it sent before is not read yet. Only the kernel's table
 * (proc_net_tcp(5)) tells: where much is unread, the other side's last word has not even been sent, but its end shows it. False where the
 * system has no such table.
 */
export function peerHasClosed({ localPort, remotePort }: Socket): boolean {
  if (localPort === undefined || remotePort === undefined) return true
  for (const line of ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(readTable)) {
    // Fields: number, local address:port, remote address:port, state; all hexadecimal.
    const [, local = '', remote = '', state] = line.trim().split(/\s+/)
    const ports = [portOf(local), portOf(remote)]
    const isOurs = ports[0] === localPort && ports[1] === remotePort
    const isTheirs = ports[0] === remotePort && ports[1] === localPort
    if ((isOurs || isTheirs) && state !== established) return true
  }
  return false
}

function portOf(address: string): number {
  return Number.parseInt(address.slice(address.indexOf(':') + 1), 16)
}

function readTable(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(1)
  } catch {
    return []
  }
}
