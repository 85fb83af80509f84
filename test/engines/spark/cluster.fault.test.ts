import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '../../../base/HubError.ts'
import { Secret } from '../../../engines/spark/connect/Secret.ts'
import { SparkEngine } from '../../../engines/spark/SparkEngine.ts'
import { endWithUs } from '../../support/endWithUs.ts'
import { commandOf, processesWith, until } from '../../support/processes.ts'
import { quick, sparkForTests, startTestSpark } from '../../support/spark.ts'
import { startSparkCluster } from '../../support/sparkCluster.ts'
import { testSparkEngine } from '../../support/sparkEngine.ts'
import { suiteScope } from '../../support/suiteScope.ts'
import { startTcpProxy } from '../../support/tcpProxy.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import {
  anyOf,
  type DisturbedRun,
  doubledOf,
  living,
  moments,
  nodesOf,
  rows,
  runDisturbed,
  seed,
  strike,
  untilIdle,
  untilNoOrphan,
} from './faultScene.ts'

const line = '4.0'
const { skip } = await sparkForTests([line])
const scope = suiteScope()
const cluster = skip
  ? undefined
  : await startSparkCluster(scope, { line, workers: 2, cores: 1, memory: '700m', ownHosts: true })

function theCluster() {
  if (cluster === undefined) throw new Error('these tests are skipped without Spark')
  return cluster
}

/** An engine on the cluster, and after the test nothing of it. */
async function clusterEngine(t: TestContext, conf: Readonly<Record<string, string>> = {}) {
  const cluster = theCluster()
  const engine = await testSparkEngine(t, { line, master: cluster.master, conf })
  t.after(() => untilIdle(cluster))
  return engine
}

/** A job that is disturbed has each row once, as if nothing had happened. */
async function endsRight(t: TestContext, options: DisturbedRun) {
  const run = await runDisturbed(t, options)
  const told = `SEED=${seed}, disturbed ${run.disturbed} times, at rows ${options.moments}`
  t.diagnostic(told)
  assert.ok(run.disturbed > 0, `the job was over before it was disturbed (${told})`)
  assert.deepEqual(run.rows, doubledOf(rows), told)
  assert.deepEqual([run.record.rows_in, run.record.rows_out], [rows.length, rows.length], told)
  return run
}

test('whenever Node processes, executors and workers are killed, the job ends with each row once', {
  skip,
}, async t => {
  const engine = await clusterEngine(t)
  const cluster = theCluster()
  for (const signal of ['SIGKILL', 'SIGSEGV'] as const)
    await t.test(`a Node process: ${signal}`, async t => {
      for (let run = 0; run < 2; run++)
        await endsRight(t, {
          engine,
          moments: moments(3),
          // A process apart that ends with SIGSEGV blames the row that it is at.
          disturb: () => strike(anyOf(nodesOf(cluster, { apart: signal === 'SIGKILL' })), signal),
        })
    })
  await t.test('an executor', async t => {
    for (let run = 0; run < 2; run++) {
      await endsRight(t, {
        engine,
        moments: moments(2),
        disturb: () => strike(anyOf(cluster.workers.flatMap(worker => worker.executors())), 'SIGKILL'),
      })
      await untilNoOrphan(cluster)
    }
  })
  for (const all of [false, true])
    await t.test(all ? 'a worker with all that it runs' : 'a worker alone', async t => {
      for (let run = 0; run < 2; run++)
        await endsRight(t, {
          engine,
          moments: moments(1),
          disturb: async () => {
            const victim = anyOf(living(cluster))
            if (all) victim?.killAll()
            else victim?.kill('SIGKILL')
            await victim?.ended
            await cluster.startWorker()
          },
        })
      await untilNoOrphan(cluster)
    })
})

test('a row that crashes the process ends as a reason; one over which it is killed each time ends the job with one error', {
  skip,
}, async t => {
  const engine = await clusterEngine(t)
  const quiet = { engine, moments: [], disturb: () => {} }
  const crashed = await runDisturbed(t, { ...quiet, faults: { 'row 5': 'crash', 'row 40': 'crash' } })
  const problem = 'a worker process ended with SIGSEGV'
  const expected = doubledOf(rows).map(row =>
    ['row 5', 'row 40'].includes(row.id) ? { ...row, doubled: null, problem } : row,
  )
  assert.deepEqual(crashed.rows, expected)
  const folder = await temporaryFolder(t)
  await assert.rejects(
    runDisturbed(t, { ...quiet, folder, faults: { 'row 5': 'kill' } }),
    (error: HubError) => {
      assert.ok(error instanceof HubError, String(error))
      assert.equal(error.code, 'stage_failed')
      assert.match(
        error.message,
        /^stage doubling: a worker process ended with SIGKILL \(while at row \d+\)$/,
      )
      return true
    },
  )
  const again = await runDisturbed(t, { ...quiet, folder })
  assert.deepEqual(again.rows, doubledOf(rows))
})

test('a server that dies ends the job at once with the end of its log, and the next run starts another', {
  skip,
}, async t => {
  const cluster = theCluster()
  const folder = await temporaryFolder(t)
  const temporary = join(folder, 'temporary')
  await mkdir(temporary)
  const server = { temporaryFolder: temporary }
  const engine = await testSparkEngine(t, { line, master: cluster.master, server })
  t.after(() => untilIdle(cluster))
  const kill = () => {
    for (const pid of processesWith(temporary))
      if (commandOf(pid).includes('SparkSubmit')) strike(pid, 'SIGKILL')
  }
  const disturbed = runDisturbed(t, { engine, folder, moments: moments(1), disturb: kill })
  await assert.rejects(disturbed, {
    code: 'spark_server_died',
    message: /ended with SIGKILL; its log ends:/,
  })
  assert.deepEqual(readdirSync(temporary), [])
  const again = await runDisturbed(t, { engine, folder, moments: [], disturb: () => {} })
  assert.deepEqual(again.rows, doubledOf(rows), `SEED=${seed}`)
})

test('a slow task gets a second copy, and each row is there once', { skip }, async t => {
  const engine = await clusterEngine(t, {
    'spark.speculation': 'true',
    'spark.speculation.interval': '50ms',
    'spark.speculation.multiplier': '1.1',
    'spark.speculation.quantile': '0.2',
    'spark.speculation.minTaskRuntime': '50ms',
  })
  for (const slow of ['row 3', 'row 33']) {
    const run = await runDisturbed(t, {
      engine,
      moments: [],
      disturb: () => {},
      slowOnce: { [slow]: 120_000 },
    })
    assert.deepEqual(run.rows, doubledOf(rows))
    assert.ok(run.worked.filter(id => id === slow).length > 1, 'the slow one was worked on twice')
  }
})

test('however often the connection to the server is cut, the job ends with each row once', {
  skip,
}, async t => {
  const cluster = theCluster()
  const server = await startTestSpark(t, { line, master: cluster.master })
  t.after(() => untilIdle(cluster))
  if (!('port' in server.address)) throw new Error('Spark 4 listens on a port')
  const { host, port, token } = server.address
  const proxy = await startTcpProxy({ host, port })
  t.after(() => proxy.close())
  const logFile = `${await temporaryFolder(t)}/log`
  const connect = `sc://127.0.0.1:${proxy.port}/;token=${encodeURIComponent(token instanceof Secret ? token.reveal() : '')}`
  await using engine = new SparkEngine({ line, connect, logFile })
  for (let run = 0; run < 2; run++)
    await endsRight(t, { engine, moments: moments(5), disturb: () => proxy.cutAll() })
  await engine[Symbol.asyncDispose]()
})

for (const signal of ['SIGINT', 'SIGKILL'] as const)
  test(`${signal} ends the driver at any moment, leaves nothing, and the next run takes over what is finished`, {
    skip,
  }, async t => {
    const cluster = theCluster()
    const folder = await temporaryFolder(t)
    const temporary = join(folder, 'temporary')
    await mkdir(temporary)
    const spark = {
      line,
      master: cluster.master,
      logFile: join(folder, 'spark.log'),
      server: { temporaryFolder: temporary, javaOptions: quick },
      conf: { 'spark.executor.memory': '600m', 'spark.executor.extraJavaOptions': quick.join(' ') },
    }
    const argument = JSON.stringify({ spark, run: { folder, rows, rowMilliseconds: 300 } })
    const driver = endWithUs(
      spawn(process.execPath, [join(import.meta.dirname, 'doublingDriver.ts'), argument], {
        stdio: ['ignore', 'inherit', 'pipe'],
      }),
    )
    const said = text(driver.stderr)
    const [wanted = 1] = moments(1)
    const finished = () => globSync(join(folder, 'work/work/spark-doubled-*/*.parquet')).length
    // One to four of the six partitions.
    while (driver.exitCode === null && finished() < 1 + (wanted % 4)) await sleep(10)
    assert.equal(driver.exitCode, null, `the driver ended first: SEED=${seed}`)
    const ended = once(driver, 'exit')
    driver.kill(signal)
    await ended
    if (signal === 'SIGINT') assert.match(await said, /stopped by SIGINT/)
    await until('the temporary folder goes', () => readdirSync(temporary).length === 0)
    await until('its processes end', () => processesWith(temporary).length === 0)
    await untilIdle(cluster)
    const engine = await clusterEngine(t)
    const again = await runDisturbed(t, { engine, folder, moments: [], disturb: () => {} })
    assert.deepEqual(again.rows, doubledOf(rows), `SEED=${seed}`)
    const resumed = again.record.rows_resumed
    assert.ok(resumed > 0 && resumed < rows.length, `${resumed} rows were taken over, SEED=${seed}`)
  })
