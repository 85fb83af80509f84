import { connect, createServer } from 'node:net'
import { pipeline } from 'node:stream'

/**
 * Listens on a Unix socket and hands each connection to a port of 127.0.0.1, which may be that of another network namespace than the
 * caller's: sockets of the file system cross their borders.
 */
export async function openBridge(options: {
  readonly socketPath: string
  readonly port: number
}): Promise<{ close(): void }> {
  const { socketPath, port } = options
  const server = createServer({ allowHalfOpen: true }, inner => {
    const outer = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true })
    // An error of one side ends the other; whoever is connected sees a broken connection.
    pipeline(inner, outer, () => {})
    pipeline(outer, inner, () => {})
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(socketPath, () => resolve())
  await promise
  return { close: () => server.close() }
}
