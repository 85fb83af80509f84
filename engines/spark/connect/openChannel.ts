import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Client, createClient, type Interceptor } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { Http2Connection } from './Http2Connection.ts'
import { defaultKeepAlive, type KeepAlive } from './KeepAlive.ts'
import { authority, type SparkAddress, type TcpAddress } from './SparkAddress.ts'
import { SparkConnectService } from './spark_connect_pb.ts'

export type SparkClient = Client<typeof SparkConnectService>

export interface TlsOptions {
  /** Certificates (PEM) that vouch for the server. @default Node's own list and NODE_EXTRA_CA_CERTS */
  readonly ca?: string | Buffer | undefined
}

export interface Channel {
  readonly client: SparkClient
  /** Ends the connection and every open call on it. */
  close(): void
}

/** What Spark's server takes in one message unless told otherwise (`spark.connect.grpc.maxInboundMessageSize`). */
export const sendLimitBytes = 128 << 20
/** Spark fills Arrow batches up to 4 MB, but one row may be larger. */
export const receiveLimitBytes = 512 << 20

export interface ChannelOptions {
  readonly address: SparkAddress
  readonly tls?: TlsOptions | undefined
  readonly keepAlive?: KeepAlive | undefined
}

/** One HTTP/2 connection, opened by the first call and again by the first one after a loss. */
export function openChannel({ address, tls = {}, keepAlive = defaultKeepAlive }: ChannelOptions): Channel {
  const baseUrl = urlOf(address)
  const connection = new Http2Connection({
    authority: baseUrl,
    openSocket: () => limited(connect(address, tls), keepAlive.timeoutMilliseconds),
    keepAlive,
  })
  const transport = createGrpcTransport({
    baseUrl,
    sessionManager: connection,
    interceptors: [authorize(address)],
    readMaxBytes: receiveLimitBytes,
    writeMaxBytes: sendLimitBytes,
  })
  return { client: createClient(SparkConnectService, transport), close: () => connection.close() }
}

function urlOf(address: SparkAddress): string {
  if ('socketPath' in address) return 'http://localhost'
  return `${address.useTls ? 'https' : 'http'}://${authority(address)}`
}

function authorize({ token }: SparkAddress): Interceptor {
  return next => request => {
    const text = typeof token === 'string' ? token : token?.reveal()
    if (text !== undefined) request.header.set('authorization', `Bearer ${text}`)
    return next(request)
  }
}

function connect(address: SparkAddress, tls: TlsOptions): Socket {
  if ('socketPath' in address) return connectTcp({ path: address.socketPath })
  return address.useTls ? secured(address, tls) : connectTcp({ host: address.host, port: address.port })
}

function secured({ host, port }: TcpAddress, { ca }: TlsOptions): Socket {
  const isName = !/^[\d.]+$|:/.test(host)
  return connectTls({
    host,
    port,
    ALPNProtocols: ['h2'],
    ...(isName ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  })
}

/** A connection that does not come about in time fails; else it would for minutes, as long as the kernel keeps trying. */
function limited(socket: Socket, milliseconds: number): Socket {
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error(`no connection within ${milliseconds} ms`), { code: 'ETIMEDOUT' }))
  }, milliseconds)
  const done = () => clearTimeout(timer)
  socket.once('encrypted' in socket ? 'secureConnect' : 'connect', done)
  socket.once('close', done)
  return socket
}
