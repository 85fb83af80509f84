import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RetryPolicy } from '../../../../engines/spark/connect/retryPolicy.ts'
import { type OpenOptions, SparkSession } from '../../../../engines/spark/connect/SparkSession.ts'
import { sparkLines } from '../../../../engines/spark/setup/sparkLines.ts'
import { sparkForTests, startTestSpark, type TestSpark } from '../../../support/spark.ts'
import { suiteScope } from '../../../support/suiteScope.ts'
import { startTcpProxy } from '../../../support/tcpProxy.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'

const impatient: RetryPolicy = {
  attempts: 200,
  firstPauseMilliseconds: 0,
  factor: 1,
  longestPauseMilliseconds: 0,
  jitter: 0,
}

/** The same numbers for the same seed, from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const rows = 60_000
/** About 4 MB in 90 answers, from several tasks. */
const query = `SELECT id, sha2(CAST(id AS STRING), 256) AS hash FROM range(0, ${rows}, 1, 9)`
/** The server ends each stream soon, as it does in long jobs every two minutes. */
const shortStreams = { 'spark.connect.execute.reattachable.senderMaxStreamDuration': '500ms' }
const smallBatches = { 'spark.sql.execution.arrow.maxRecordsPerBatch': '700' }

const spark = await sparkForTests()

for (const line of sparkLines) {
  let server: TestSpark

  async function throughProxy(t: TestContext, options: Partial<OpenOptions> = {}) {
    const { address } = server
    const proxy = await startTcpProxy('socketPath' in address ? { path: address.socketPath } : address)
    t.after(() => proxy.close())
    const session = await SparkSession.open({
      address: { host: '127.0.0.1', port: proxy.port, token: address.token },
      retry: impatient,
      ...options,
    })
    t.after(() => session.close())
    await session.setConfig(smallBatches)
    return { proxy, session }
  }

  /** Reads all rows of the query and checks that each comes once and in order. */
  async function readAll(session: SparkSession, onBatch: (batch: number) => unknown = () => {}) {
    let next = 0n
    let batch = 0
    for await (const { numRows, getChildAt } of withColumns(session)) {
      const ids = getChildAt(0)
      for (let row = 0; row < numRows; row += 1) assert.equal(ids?.get(row), next++)
      await onBatch(batch++)
    }
    assert.equal(next, BigInt(rows))
  }

  async function* withColumns(session: SparkSession) {
    for await (const batch of session.sql(query).batches()) {
      yield { numRows: batch.numRows, getChildAt: (index: number) => batch.getChildAt(index) }
    }
  }

  describe(`Spark ${line}`, { skip: spark.skip }, () => {
    const scope = suiteScope()
    before(async () => {
      server = await startTestSpark(scope, { line, conf: shortStreams })
    })

    for (const [seed, how] of [
      [1, 'end'],
      [2, 'reset'],
      [3, 'end'],
    ] as const) {
      test(`every row arrives once and in order over connections that break, seed ${seed}`, async t => {
        const { proxy, session } = await throughProxy(t)
        const random = randomFrom(seed)
        let cuts = 15
        proxy.breakAfter(() => (cuts-- > 0 ? Math.floor(random() ** 3 * 600_000) : undefined), how)
        proxy.cutAll()
        await readAll(session)
        assert.ok(proxy.connections() > 8, `${proxy.connections()} connections`)
      })
    }

    test('a peer that falls silent is noticed by pings, and nothing is lost', async t => {
      const keepAlive = { pingIntervalMilliseconds: 300, timeoutMilliseconds: 1000 }
      const { proxy, session } = await throughProxy(t, { keepAlive })
      let silences = 3
      proxy.breakAfter(() => (silences-- > 0 ? 300_000 : undefined), 'silence')
      proxy.cutAll()
      await readAll(session)
      assert.ok(proxy.connections() >= 4, `${proxy.connections()} connections`)
    })

    test('a reader that takes its time gets everything, from streams that the server ends in between', async t => {
      const { session } = await throughProxy(t)
      await readAll(session, () => sleep(20))
      assert.match(await server.log(), /lastConsumedStreamIndex=[1-9]/)
    })

    test('a write goes on while its connection breaks, and writes every row once', async t => {
      const { proxy, session } = await throughProxy(t)
      const path = join(await temporaryFolder(t), 'table')
      const written = session.sql(query).write({ format: 'parquet', path, mode: 'error' })
      const cutting = new AbortController()
      const cuts = (async () => {
        while (!cutting.signal.aborted) {
          await sleep(40)
          proxy.cutAll()
        }
      })()
      await written.finally(() => cutting.abort())
      await cuts
      const table = session.read({ format: 'parquet', paths: [path] })
      const counts = table.select('count(*) AS n', 'count(DISTINCT id) AS ids')
      for await (const batch of counts.batches()) {
        assert.deepEqual(batch.get(0)?.toJSON(), { n: BigInt(rows), ids: BigInt(rows) })
      }
    })

    test('a write whose connection breaks as soon as its plan is sent is done once, each time', async t => {
      const { proxy, session } = await throughProxy(t)
      const folder = await temporaryFolder(t)
      // Spark writes a plan out for its log between making an execution and starting it: this takes it some milliseconds.
      const options = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`o${index}`, 'x']))
      for (let round = 0; round < 4; round += 1) {
        const sent = proxy.bytesFromClient()
        const paths = [1, 2, 3, 4].map(index => join(folder, `${round}-${index}`))
        const one = session.sql('SELECT 1 AS one')
        const written = paths.map(path => one.write({ format: 'parquet', path, mode: 'error', options }))
        while (proxy.bytesFromClient() < sent + 20_000) await sleep(1)
        await sleep(round * 4)
        proxy.cutAll()
        await Promise.all(written)
        for await (const batch of session.read({ format: 'parquet', paths }).select('count(*)').batches()) {
          assert.equal(batch.getChildAt(0)?.get(0), 4n)
        }
      }
      assert.doesNotMatch(await server.log(), /orphan operation/)
    })

    test('a server that is gone for good ends in one clear error', async t => {
      const { proxy, session } = await throughProxy(t, { retry: { ...impatient, attempts: 4 } })
      await assert.rejects(
        readAll(session, () => {
          proxy.refuseAll()
          proxy.cutAll()
        }),
        (error: Error) => {
          assert.equal((error as { code?: string }).code, 'spark_unreachable')
          assert.match(error.message, new RegExp(`sc://127.0.0.1:${proxy.port} cannot be reached`))
          return true
        },
      )
    })
  })
}
