import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** What the server does with the nth request, counted from 0. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, nth: number) => void

export interface FaultyServer {
  readonly origin: string
  /** Of a file on it. */
  readonly url: string
  /** The path of each request, in order. */
  readonly paths: string[]
  /** The Range header of each request, in order. */
  readonly ranges: (string | undefined)[]
}

/** A server on 127.0.0.1 that ends with the test. */
export async function faultyServer(t: TestContext, behaviour: Behaviour): Promise<FaultyServer> {
  const paths: string[] = []
  const ranges: (string | undefined)[] = []
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    ranges.push(request.headers.range)
    behaviour(request, response, ranges.length - 1)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { origin, url: `${origin}/files/model.h5`, paths, ranges }
}

export interface ServeOptions {
  readonly body: Uint8Array
  readonly etag?: string
  /** Break the connection after so many bytes of the body. */
  readonly cutAfter?: number
  /** How many bytes of the file the client has: the connection breaks when it has those sent, since a break loses bytes under way. */
  readonly received?: () => number
  readonly ignoreRange?: boolean
}

/** Serves a file as a good server does, by range where the version is the one asked for (RFC 9110), or with a fault. */
export function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { body, etag = '"v1"', cutAfter = Number.POSITIVE_INFINITY, ignoreRange = false, received }: ServeOptions,
): void {
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
  const partial = asked !== undefined && !ignoreRange && request.headers['if-range'] === etag
  const start = partial ? Number(asked) : 0
  if (partial && start >= body.length) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end()
    return
  }
  response.writeHead(partial ? 206 : 200, {
    etag,
    'content-length': body.length - start,
    ...(partial && { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` }),
  })
  if (cutAfter >= body.length - start) response.end(body.subarray(start))
  else {
    response.write(body.subarray(start, start + cutAfter))
    const breakOff = () => {
      if (received === undefined || received() >= start + cutAfter) response.destroy()
      else setTimeout(breakOff, 2)
    }
    setTimeout(breakOff, 20)
  }
}
