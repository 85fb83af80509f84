import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { ServiceImpl } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import { SparkConnectService } from '../../engines/spark/connect/spark_connect_pb.ts'
import type { Scope } from './temporaryFolder.ts'

/** A gRPC server on 127.0.0.1 in a Spark server's place, for answers that no Spark gives when asked. Calls not given are unimplemented. */
export async function startStandInSpark(
  test: Scope,
  calls: Partial<ServiceImpl<typeof SparkConnectService>>,
): Promise<{ readonly host: string; readonly port: number }> {
  const server: Http2Server = createServer(
    connectNodeAdapter({ routes: router => router.service(SparkConnectService, calls) }),
  )
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  test.after(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

/** Says that it is such a Spark. */
export const versionCall = (
  version: string,
): Pick<ServiceImpl<typeof SparkConnectService>, 'analyzePlan'> => ({
  analyzePlan: () => ({ result: { case: 'sparkVersion', value: { version } } }),
})
