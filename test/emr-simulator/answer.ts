import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceError } from './ServiceError.ts'

/** Times as seconds, as AWS's JSON protocols have them. */
export function answer(response: ServerResponse, body: object): void {
  const text = JSON.stringify(body, function (this: Record<string, unknown>, key, value: unknown) {
    const given = this[key]
    return given instanceof Date ? given.getTime() / 1000 : value
  })
  response.writeHead(200, headers()).end(text)
}

export function answerError(response: ServerResponse, { type, message, status }: ServiceError): void {
  response
    .writeHead(status, { ...headers(), 'x-amzn-errortype': type })
    .end(JSON.stringify({ __type: type, message, Message: message }))
}

const headers = () => ({
  'content-type': 'application/x-amz-json-1.1',
  'x-amzn-requestid': randomUUID(),
  // A connection that is kept may be gone when a client that asks once next uses it.
  connection: 'close',
})

export async function bodyOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString()
}
