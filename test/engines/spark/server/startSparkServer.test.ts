import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { collectNumbers } from '../../../../engines/spark/collectNumbers.ts'
import { SparkSession } from '../../../../engines/spark/connect/SparkSession.ts'
import { sparkLines } from '../../../../engines/spark/setup/sparkLines.ts'
import { commandOf, processesWith, until } from '../../../support/processes.ts'
import { freePort } from '../../../support/s3Server.ts'
import { sparkForTests, startTestSpark } from '../../../support/spark.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'

const spark = await sparkForTests()

const once = {
  attempts: 1,
  firstPauseMilliseconds: 0,
  factor: 1,
  longestPauseMilliseconds: 0,
  jitter: 0,
}

/** Whatever a Java properties file, a shell or a log could take for something else; Spark itself trims spaces. */
const awkward = 'a=b:c #!\\ "\'$HOME`\t\u00e4\u{1f600} \\u0041 %s\nspark.x=1'

for (const line of sparkLines) {
  test(`a server of Spark ${line} answers, keeps secrets and leaves nothing`, {
    skip: spark.skip,
  }, async t => {
    const temporary = await temporaryFolder(t)
    const secret = 'not-for-everybody'
    const server = await startTestSpark(t, {
      line,
      temporaryFolder: temporary,
      conf: { 'spark.hadoop.fs.s3a.secret.key': secret, 'spark.imagehub.awkward': awkward },
    })
    assert.ok(existsSync(`/proc/${server.pid}`))
    {
      await using session = await SparkSession.open({ address: server.address })
      assert.equal(session.version, server.version)
      const query = session.sql('SELECT sum(id * id) AS squares FROM range(0, 1000, 1, 4)')
      assert.deepEqual(await collectNumbers(query, ['squares']), { squares: 332_833_500 })
      const settings = await session.config(['spark.imagehub.awkward', 'spark.master', 'spark.local.dir'])
      assert.equal(settings['spark.imagehub.awkward'], awkward)
      assert.equal(settings['spark.master'], 'local[2]')
      assert.ok(settings['spark.local.dir']?.startsWith(temporary))
    }
    for (const pid of processesWith(temporary)) assert.doesNotMatch(commandOf(pid), new RegExp(secret))
    assert.doesNotMatch(await server.log(), new RegExp(secret))
    for (const name of readdirSync(temporary)) assert.equal(statSync(join(temporary, name)).mode & 0o77, 0)

    await server.stop()
    assert.equal(await server.ended, undefined)
    assert.deepEqual(readdirSync(temporary), [])
    assert.deepEqual(processesWith(temporary), [])
    await assert.rejects(SparkSession.open({ address: server.address, openRetry: once }))
    // Again and after the end: nothing.
    await server.stop()
  })

  test(`a server of Spark ${line} cannot be reached by others`, { skip: spark.skip }, async t => {
    const server = await startTestSpark(t, { line })
    const others = Object.values(networkInterfaces()).flatMap(found => found ?? [])
    const outside = others.find(({ internal, family }) => !internal && family === 'IPv4')
    const port = Number(/started at: .*:(\d+)/.exec(await server.log())?.[1])
    const reaches = (address: Parameters<typeof SparkSession.open>[0]['address']) =>
      SparkSession.open({ address, openRetry: once }).then(session => session.close())
    // From another address of this machine, and on loopback without the token: here 3.5 is not even there.
    if (outside) await assert.rejects(reaches({ host: outside.address, port }), { code: 'spark_unreachable' })
    await assert.rejects(reaches({ host: '127.0.0.1', port }))
    await reaches(server.address)
    if ('socketPath' in server.address)
      assert.equal(statSync(join(server.address.socketPath, '..')).mode & 0o77, 0)
    else assert.ok(server.address.token)
  })
}

test('what cannot work is refused before anything starts', { skip: spark.skip }, async t => {
  const folder = await temporaryFolder(t)
  const start = (options: Partial<Parameters<typeof startTestSpark>[1]>) =>
    startTestSpark(t, { line: '4.0', logFile: join(folder, 'log'), ...options })
  await assert.rejects(start({ master: 'spark:/host' }), { code: 'bad_master' })
  await assert.rejects(start({ conf: { 'spark.master': 'local' } }), { code: 'bad_spark_conf' })
  await assert.rejects(start({ cacheFolder: folder }), { code: 'spark_missing' })
  await assert.rejects(start({ env: { JAVA_HOME: folder } }), { code: 'java_missing' })
  await assert.rejects(start({ line: '3.5', master: 'yarn', env: { HADOOP_CONF_DIR: folder } }), {
    code: 'spark_unprotected',
  })
  await assert.rejects(start({ master: 'yarn', env: { HADOOP_CONF_DIR: '', YARN_CONF_DIR: '' } }), {
    code: 'hadoop_conf_missing',
  })
  // The namespace of the machine itself.
  const everywhere = Object.values(networkInterfaces()).flatMap(found => found ?? [])
  if (everywhere.some(({ internal }) => !internal))
    await assert.rejects(start({ line: '3.5', isolation: { namespaceOf: process.pid } }), {
      code: 'spark_unprotected',
    })
  const deep = join(folder, 'x'.repeat(80))
  await assert.rejects(start({ line: '3.5', temporaryFolder: deep }), { code: 'path_too_long' })
  assert.deepEqual(readdirSync(folder), [])
})

test('a master that does not answer is told within seconds', { skip: spark.skip }, async t => {
  const temporary = await temporaryFolder(t)
  const master = `spark://127.0.0.1:${await freePort()}`
  await assert.rejects(startTestSpark(t, { line: '4.0', master, temporaryFolder: temporary }), {
    code: 'master_unreachable',
    message: new RegExp(`${master}: .*ECONNREFUSED`),
  })
  assert.deepEqual(readdirSync(temporary), [])
})

test('a port that is in use is told', { skip: spark.skip }, async t => {
  const temporary = await temporaryFolder(t)
  const taken = createServer()
  t.after(() => taken.close())
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  await assert.rejects(startTestSpark(t, { line: '4.0', port, temporaryFolder: temporary }), {
    code: 'port_in_use',
    message: new RegExp(`${port}`),
  })
  assert.deepEqual(readdirSync(temporary), [])
})

test('memory that is no memory, or too little, is told', { skip: spark.skip }, async t => {
  for (const driverMemory of ['much', '100m'])
    await assert.rejects(startTestSpark(t, { line: '4.0', driverMemory }), {
      code: 'bad_driver_memory',
      message: new RegExp(driverMemory),
    })
})

test('a server that fails to start says the end of its log, without secrets', {
  skip: spark.skip,
}, async t => {
  const temporary = await temporaryFolder(t)
  const secret = 'a-class-that-is-secret'
  // Spark fails over a class that it cannot find, and names it.
  const conf = { 'spark.plugins': secret, 'spark.hadoop.fs.s3a.secret.key': secret }
  await assert.rejects(
    startTestSpark(t, { line: '4.0', conf, temporaryFolder: temporary }),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, 'spark_server_failed')
      assert.match(error.message, /ended with code 1 .*ClassNotFoundException: \*\*\*/s)
      assert.doesNotMatch(error.message, new RegExp(secret))
      return true
    },
  )
  assert.deepEqual(readdirSync(temporary), [])
})

test('a server that does not answer in time is ended', { skip: spark.skip }, async t => {
  const temporary = await temporaryFolder(t)
  await assert.rejects(
    startTestSpark(t, { line: '4.0', startMilliseconds: 300, temporaryFolder: temporary }),
    { code: 'spark_server_failed', message: /did not answer within 0\.3 s/ },
  )
  assert.deepEqual(readdirSync(temporary), [])
  assert.deepEqual(processesWith(temporary), [])
})

test('a job that is stopped takes its server along, starting or started', { skip: spark.skip }, async t => {
  const temporary = await temporaryFolder(t)
  const early = new AbortController()
  const reason = new Error('stopped')
  const starting = startTestSpark(t, { line: '4.0', signal: early.signal, temporaryFolder: temporary })
  await until('Java runs', () => processesWith(temporary).length > 0)
  early.abort(reason)
  await assert.rejects(starting, reason)
  assert.deepEqual(readdirSync(temporary), [])

  const late = new AbortController()
  const server = await startTestSpark(t, { line: '4.0', signal: late.signal, temporaryFolder: temporary })
  late.abort(reason)
  assert.equal(await server.ended, undefined)
  assert.deepEqual(readdirSync(temporary), [])
  assert.deepEqual(processesWith(temporary), [])
})

test('a server that dies says so, with the end of its log, and leaves nothing', {
  skip: spark.skip,
}, async t => {
  const temporary = await temporaryFolder(t)
  const server = await startTestSpark(t, { line: '4.0', temporaryFolder: temporary })
  process.kill(server.pid, 'SIGKILL')
  const error = await server.ended
  assert.equal(error?.code, 'spark_server_died')
  assert.match(error?.message ?? '', /ended with SIGKILL; its log ends:\n.*SparkConnectServer/s)
  assert.deepEqual(readdirSync(temporary), [])
})
