import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { Code, ConnectError } from '@connectrpc/connect'
import { tableFromArrays, tableToIPC } from 'apache-arrow'
import type { HubError } from '../../../../base/HubError.ts'
import { SparkSession } from '../../../../engines/spark/connect/SparkSession.ts'
import { startStandInSpark, versionCall } from '../../../support/standInSpark.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'

const quick = { attempts: 3, firstPauseMilliseconds: 1, factor: 1, longestPauseMilliseconds: 1, jitter: 0 }
const certificate = (name: string) => readFileSync(join(import.meta.dirname, '../../../fixtures/tls', name))

for (const [version, problem] of [
  ['3.4.4', 'too old'],
  ['2.4.8', 'too old'],
  ['4.2.0', 'too new'],
  ['5.0.0-preview1', 'too new'],
  ['banana', 'says its version is "banana"'],
] as const) {
  test(`a server of version ${version} is refused`, async t => {
    const address = await startStandInSpark(t, versionCall(version))
    await assert.rejects(SparkSession.open({ address }), (error: HubError) => {
      assert.equal(error.code, 'spark_version')
      assert.ok(error.message.includes(problem), error.message)
      assert.match(error.hint ?? '', /3\.5 to 4\.1/)
      return true
    })
  })
}

for (const version of ['4.0.2-amzn-0', '4.1.1']) {
  test(`a server of version ${version} is taken`, async t => {
    const address = await startStandInSpark(t, { ...versionCall(version), releaseSession: () => ({}) })
    await using session = await SparkSession.open({ address })
    assert.equal(session.version, version)
  })
}

test('a port where nobody listens, or where something else does, is named within seconds', async t => {
  const other = createServer(socket =>
    socket
      .on('error', () => {})
      .resume()
      .end('SSH-2.0-nothing\r\n'),
  )
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise(resolve => other.close(resolve)))
  for (const port of [1, (other.address() as AddressInfo).port]) {
    const opening = SparkSession.open({ address: `sc://127.0.0.1:${port}`, openRetry: quick })
    await assert.rejects(opening, (error: HubError) => {
      assert.equal(error.code, 'spark_unreachable')
      assert.ok(error.message.includes(`sc://127.0.0.1:${port}`), error.message)
      return true
    })
  }
  const socketPath = join(await temporaryFolder(t), 'none')
  await assert.rejects(SparkSession.open({ address: { socketPath }, openRetry: quick }), {
    code: 'spark_unreachable',
  })
})

test('a server that never answers is given up in time, or when the signal says so', async t => {
  const silent = createServer(() => {})
  const sockets = new Set<{ destroy(): void }>()
  silent.on('connection', socket => sockets.add(socket))
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => silent.close(resolve))
  })
  const signal = AbortSignal.timeout(200)
  const address = { host: '127.0.0.1', port: (silent.address() as AddressInfo).port }
  await assert.rejects(SparkSession.open({ address, signal }), { name: 'TimeoutError' })
  await assert.rejects(SparkSession.open({ address, openMilliseconds: 300 }), { code: 'spark_unreachable' })
  const keepAlive = { pingIntervalMilliseconds: 100, timeoutMilliseconds: 100 }
  await assert.rejects(SparkSession.open({ address, keepAlive, openRetry: quick }), {
    code: 'spark_unreachable',
  })
})

test('the token goes with every call, over TLS that the certificate vouches for', async t => {
  const tokens = new Set<string | null>()
  const plain = await startStandInSpark(t, {
    ...versionCall('4.0.1'),
    config: (_, { requestHeader }) => {
      tokens.add(requestHeader.get('authorization'))
      return {}
    },
    releaseSession: (_, { requestHeader }) => {
      tokens.add(requestHeader.get('authorization'))
      return {}
    },
  })
  const port = await startTls(t, plain)
  const address = `sc://localhost:${port}/;use_ssl=true;token=let-me-in`
  const ca = certificate('localhost.pem')
  {
    await using session = await SparkSession.open({ address, tls: { ca } })
    await session.setConfig({ a: 'b' })
  }
  assert.deepEqual([...tokens], ['Bearer let-me-in'])
  const started = performance.now()
  await assert.rejects(SparkSession.open({ address }), (error: HubError) => {
    assert.equal(error.code, 'spark_unreachable')
    assert.match(error.message, /refuses us: .*self-signed certificate/)
    assert.doesNotMatch(JSON.stringify(error), /let-me-in/)
    return true
  })
  assert.ok(performance.now() - started < 3000, 'a certificate is not tried again')
})

/** TLS on the outside, and what is behind it as it is. */
async function startTls(t: TestContext, upstream: { host: string; port: number }): Promise<number> {
  const options = {
    key: certificate('localhost.key.pem'),
    cert: certificate('localhost.pem'),
    ALPNProtocols: ['h2'],
  }
  const server = createTlsServer(options, socket => {
    const target = connectTcp(upstream)
    socket.on('error', () => target.destroy()).pipe(target)
    target.on('error', () => socket.destroy()).pipe(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise(resolve => server.close(resolve)))
  return (server.address() as AddressInfo).port
}

test('a result that does not hold the promised rows is refused', async t => {
  const data = tableToIPC(tableFromArrays({ id: Int32Array.of(1, 2, 3) }), 'stream')
  const answers = [
    { rowCount: 4n, data },
    { rowCount: 3n, data: data.subarray(0, 100) },
    { rowCount: 3n, data, startOffset: 7n },
  ]
  let next = 0
  const address = await startStandInSpark(t, {
    ...versionCall('4.0.1'),
    async *executePlan({ operationId = '' }) {
      const value = answers[next++]
      assert.ok(value !== undefined)
      yield { operationId, responseId: `${next}`, responseType: { case: 'arrowBatch', value } }
      yield { operationId, responseId: 'end', responseType: { case: 'resultComplete', value: {} } }
    },
    releaseExecute: ({ operationId }) => ({ operationId }),
    interrupt: () => ({}),
    releaseSession: () => ({}),
  })
  await using session = await SparkSession.open({ address })
  for (const _ of answers) {
    await assert.rejects(session.sql('SELECT 1').batches().next(), { code: 'spark_bad_result' })
  }
})

test('a session that the server gave up is said to be lost', async t => {
  const address = await startStandInSpark(t, {
    ...versionCall('4.0.1'),
    config: () => {
      throw new ConnectError('[INVALID_HANDLE.SESSION_CHANGED] The handle is invalid.', Code.Internal)
    },
    releaseSession: () => ({}),
  })
  await using session = await SparkSession.open({ address })
  await assert.rejects(session.setConfig({ a: 'b' }), { code: 'spark_session_lost' })
})

test('an execution whose first request got lost is sent again under its id, once', async t => {
  const seen: string[] = []
  const address = await startStandInSpark(t, {
    ...versionCall('4.0.1'),
    async *executePlan({ operationId = '' }) {
      seen.push(`execute ${operationId}`)
      if (seen.length === 1) throw new ConnectError('gone', Code.Unavailable)
      yield { operationId, responseId: 'end', responseType: { case: 'resultComplete', value: {} } }
    },
    // biome-ignore lint/correctness/useYield: it fails before the first answer
    async *reattachExecute({ operationId }) {
      seen.push(`reattach ${operationId}`)
      throw new ConnectError('[INVALID_HANDLE.OPERATION_NOT_FOUND] Not here.', Code.Internal)
    },
    releaseExecute: ({ operationId }) => ({ operationId }),
    releaseSession: () => ({}),
  })
  await using session = await SparkSession.open({ address, retry: quick })
  await session.run('SELECT 1')
  const [first = ''] = seen
  assert.deepEqual(seen, [first, first.replace('execute', 'reattach'), first])
})

for (const [what, run, executions] of [
  [
    'a query that Spark gave up at its start is computed anew',
    (session: SparkSession) => collect(session),
    2,
  ],
  [
    'a command that Spark gave up at its start is not repeated: it may have written something',
    (session: SparkSession) =>
      assert.rejects(session.run('INSERT INTO t VALUES (1)'), (error: HubError) => {
        assert.equal(error.code, 'spark_failed')
        assert.match(error.hint ?? '', /what it did by then is not known/)
        return true
      }),
    1,
  ],
] as const) {
  test(what, async t => {
    const ids = new Set<string>()
    const address = await startStandInSpark(t, {
      ...versionCall('4.0.1'),
      async *executePlan({ operationId = '' }) {
        ids.add(operationId)
        if (ids.size === 1) throw new ConnectError('gone', Code.Unavailable)
        yield { operationId, responseId: 'end', responseType: { case: 'resultComplete', value: {} } }
      },
      // biome-ignore lint/correctness/useYield: it fails before the first answer
      async *reattachExecute() {
        throw new ConnectError('Operation was orphaned because of an internal error.', Code.Internal)
      },
      releaseExecute: ({ operationId }) => ({ operationId }),
      releaseSession: () => ({}),
    })
    await using session = await SparkSession.open({ address, retry: quick })
    await run(session)
    assert.equal(ids.size, executions)
  })
}

async function collect(session: SparkSession): Promise<void> {
  for await (const _ of session.read({ format: 'parquet', paths: ['/t'] }).batches()) assert.fail('no rows')
}

test('an aborted execution that a busy server learns of later is ended then', {
  timeout: 60_000,
}, async t => {
  let asked = 0
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const address = await startStandInSpark(t, {
    ...versionCall('4.0.1'),
    async *executePlan(_, { signal }) {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
    },
    interrupt: () => ({}),
    releaseExecute: ({ operationId }) => {
      asked += 1
      if (asked < 7) return {}
      end()
      return { operationId }
    },
    releaseSession: () => ({}),
  })
  await using session = await SparkSession.open({ address })
  const reason = new Error('enough')
  const signal = AbortSignal.timeout(50)
  await assert.rejects(session.run('SELECT 1', { signal }), { name: 'TimeoutError' })
  assert.ok(asked < 7, 'the caller does not wait for that')
  await ended
  await assert.rejects(
    session.run('SELECT 1', { signal: AbortSignal.abort(reason) }),
    error => error === reason,
  )
  assert.equal(asked, 7)
})
