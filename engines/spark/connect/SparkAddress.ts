import type { Secret } from './Secret.ts'

interface Identity {
  /** Bearer token of each call; a Secret cannot be printed by mistake. */
  readonly token?: Secret | string | undefined
  /** Whose sessions these are. @default 'imagehub' */
  readonly userId?: string | undefined
}

export interface TcpAddress extends Identity {
  /** Name or address, an IPv6 address without brackets. */
  readonly host: string
  readonly port: number
  readonly useTls?: boolean | undefined
}

/** HTTP/2 without TLS over a Unix socket: whoever may open the socket is let in. */
export interface SocketAddress extends Identity {
  readonly socketPath: string
}

/** Where a Spark Connect server listens, and what it is told about us. */
export type SparkAddress = TcpAddress | SocketAddress

/** For people: where, never the token. `sc://host:15002` or `unix:/path`. */
export function describeAddress(address: SparkAddress): string {
  return 'socketPath' in address ? `unix:${address.socketPath}` : `sc://${authority(address)}`
}

/** `host:port`, as URLs write it. */
export function authority({ host, port }: TcpAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Whether what is sent there stays on this machine. */
export function staysHere(address: SparkAddress): boolean {
  if ('socketPath' in address) return true
  return address.host === 'localhost' || address.host === '::1' || /^127(\.\d{1,3}){3}$/.test(address.host)
}
