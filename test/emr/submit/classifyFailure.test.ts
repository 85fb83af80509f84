import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { test } from 'node:test'
import { EMRClient, RunJobFlowCommand } from '@aws-sdk/client-emr'
import { HubError } from '../../../base/HubError.ts'
import { classifyFailure } from '../../../emr/submit/classifyFailure.ts'
import type { Scope } from '../../support/temporaryFolder.ts'

const asked = { action: 'start the cluster', region: 'eu-central-1' }

/** What the SDK throws where a server says so, as text over a connection. */
async function thrownBy(test: Scope, answer: string | ((socket: Socket) => void)): Promise<unknown> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { socket } = response
      if (socket === null) return
      if (typeof answer === 'function') answer(socket)
      else socket.end(answer)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return await thrownAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

async function thrownAt(endpoint: string): Promise<unknown> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const client = new EMRClient({ region: 'eu-central-1', endpoint, credentials, maxAttempts: 1 })
  try {
    await client.send(new RunJobFlowCommand({ Name: 'x', Instances: {} }))
  } catch (thrown) {
    return thrown
  } finally {
    client.destroy()
  }
  throw new Error('the call was answered')
}

function http(status: number, body: string, type = 'application/x-amz-json-1.1'): string {
  return `HTTP/1.1 ${status} x\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`
}
const says = (status: number, __type: string, message: string) =>
  http(status, JSON.stringify({ __type, message }))

const answers: [what: string, answer: string | ((socket: Socket) => void), kind: string, code: string][] = [
  [
    'a request that is not valid',
    says(400, 'ValidationException', 'Subnet is required'),
    'refused',
    'emr_refused',
  ],
  ['a request that it will not do', says(400, 'InvalidRequestException', 'no'), 'refused', 'emr_refused'],
  [
    'a cluster that it does not know',
    says(400, 'InvalidRequestException', "Cluster id 'j-1' is not valid."),
    'refused',
    'cluster_not_found',
  ],
  [
    'what is not allowed',
    says(400, 'AccessDeniedException', 'User u is not authorized to perform: elasticmapreduce:RunJobFlow'),
    'refused',
    'access_denied',
  ],
  ['a token that expired', says(400, 'ExpiredTokenException', 'expired'), 'refused', 'credentials_rejected'],
  [
    'a token that is not one',
    says(400, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
    'refused',
    'credentials_rejected',
  ],
  ['a proxy that wants a password', http(407, '<html>', 'text/html'), 'refused', 'emr_refused'],
  ['too many calls', says(400, 'ThrottlingException', 'Rate exceeded'), 'throttled', 'emr_throttled'],
  ['too many calls, as a 503', says(503, 'Throttling', 'Rate exceeded'), 'throttled', 'emr_throttled'],
  ['too many calls, as a 429', http(429, '{}'), 'throttled', 'emr_throttled'],
  ['a 503 that does not say why', http(503, '<html>', 'text/html'), 'ambiguous', 'emr_unavailable'],
  ['a 500', says(500, 'InternalFailure', ''), 'ambiguous', 'emr_unavailable'],
  ['a 408', http(408, '{}'), 'ambiguous', 'emr_unavailable'],
  ['half an answer', http(200, '{"JobFlowId":"j-1"}').slice(0, -4), 'ambiguous', 'emr_unavailable'],
  ['an answer that is none', http(200, '<html>', 'text/html'), 'ambiguous', 'emr_unavailable'],
  ['a connection that breaks', socket => socket.resetAndDestroy(), 'ambiguous', 'emr_unavailable'],
  ['a connection that ends', socket => socket.end(), 'ambiguous', 'emr_unavailable'],
]
for (const [what, answer, kind, code] of answers)
  test(`${what} is ${kind}: ${code}`, async t => {
    const failure = classifyFailure(await thrownBy(t, answer), asked)
    assert.ok(failure.error instanceof HubError)
    assert.deepEqual([failure.kind, failure.error.code], [kind, code])
    assert.match(failure.error.message, /^cannot start the cluster: /)
  })

test('where nobody listens nothing was sent', async () => {
  const failure = classifyFailure(await thrownAt('http://127.0.0.1:1'), asked)
  assert.equal(failure.kind, 'throttled')
  assert.match(failure.error.message, /the connection to EMR failed \(ECONNREFUSED\)/)
})

test('a time-out is ambiguous', () => {
  const timeout = Object.assign(new Error('no answer'), { name: 'TimeoutError', code: 'ETIMEDOUT' })
  assert.equal(classifyFailure(timeout, asked).kind, 'ambiguous')
  assert.equal(classifyFailure(Object.assign(timeout, { syscall: 'connect' }), asked).kind, 'throttled')
  const aborted = Object.assign(new Error('Request aborted'), { name: 'AbortError' })
  assert.equal(classifyFailure(aborted, asked).kind, 'ambiguous')
})

test('no credentials and no such region are found before anything is sent', async () => {
  const credentials = Object.assign(new Error('Could not load credentials from any providers'), {
    name: 'CredentialsProviderError',
  })
  const noAddress = Object.assign(
    new Error('getaddrinfo ENOTFOUND elasticmapreduce.eu-nowhere-1.amazonaws.com'),
    {
      code: 'ENOTFOUND',
      syscall: 'getaddrinfo',
    },
  )
  const codes = [credentials, noAddress, await thrownAt('nonsense')].map(thrown => {
    const { kind, error } = classifyFailure(thrown, asked)
    return [kind, (error as HubError).code]
  })
  assert.deepEqual(codes, [
    ['refused', 'credentials_missing'],
    ['refused', 'unknown_region'],
    ['refused', 'unknown_region'],
  ])
})

test('nothing of the signed request and no key is in an error', async t => {
  const answer = says(400, 'ValidationException', 'bad key AKIAIOSFODNN7EXAMPLE\nof you')
  const { error } = classifyFailure(await thrownBy(t, answer), asked)
  const all = [error.message, error.stack, String(error.cause), (error.cause as Error).stack].join('\n')
  assert.doesNotMatch(all, /AKIA|authorization|Credential=/i)
  assert.match(error.message, /bad key \*\*\* of you/)
})
