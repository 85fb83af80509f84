import assert from 'node:assert/strict'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import test, { before, type TestContext } from 'node:test'
import { HubError } from '../../../base/HubError.ts'
import type { SparkEngine } from '../../../engines/spark/SparkEngine.ts'
import { hubModelStore } from '../../../models/modelStores.ts'
import { featurize } from '../../../operations/featurize.ts'
import { defaultCacheFolder } from '../../../storage/defaultCacheFolder.ts'
import { never, pixelModel, type SmallHub, smallHub } from '../../operations/smallHub.ts'
import { type CommandLine, commandLine, type ErrorDocument } from '../../support/commandLine.ts'
import { freePort } from '../../support/s3Server.ts'
import { sparkForTests } from '../../support/spark.ts'
import { testSparkEngine } from '../../support/sparkEngine.ts'
import { suiteScope } from '../../support/suiteScope.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

const { skip } = await sparkForTests()
const scope = suiteScope()
let small: SmallHub
let line: CommandLine

before(async () => {
  small = await smallHub(scope)
  await small.ingest()
  line = (await commandLine(scope)).with({ IMAGEHUB_CACHE: defaultCacheFolder() })
})

/** Keys of what the hub holds, without records of runs. */
async function content(): Promise<string[]> {
  const keys: string[] = []
  for (const prefix of ['tables/', 'snapshots/', 'work/'])
    for await (const { key } of small.hub.storage.list({ prefix })) keys.push(key)
  return keys.sort()
}

/** The error with which a featurize on Spark ends; the hub is as it was. */
async function refused(code: number, args: readonly string[], how: CommandLine = line) {
  const before = await content()
  const hub = small.hub.storage.root
  const command = ['featurize', '--hub', hub, '--model', pixelModel, '--engine', 'spark', ...args]
  const { error } = await how.json<ErrorDocument>(code, ...command)
  assert.deepEqual(await content(), before, `${args.join(' ')}: ${error.message}`)
  return error
}

/** A port that answers everybody with these bytes; nothing, for undefined. */
async function portOf(t: TestContext, answer?: string): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => {})
    if (answer !== undefined) socket.end(answer)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

test('a master, an address or a version that cannot be is refused as the mistake that it is', {
  skip,
}, async () => {
  const cases: [string[], string, RegExp][] = [
    [['--master', 'spark:/host'], 'bad_master', /spark:\/host/],
    [['--master', 'mesos://host:5050'], 'bad_master', /mesos/],
    [['--connect', 'http://host'], 'bad_spark_address', /http:\/\/host/],
    [['--spark-version', '2.4'], 'usage', /2\.4.*3\.5.*4\.0/],
    [['--spark-conf', 'spark.master=local'], 'bad_spark_conf', /spark\.master/],
    [['--spark-conf', 'nonsense'], 'bad_option', /nonsense/],
  ]
  for (const [args, code, message] of cases) {
    const error = await refused(2, args)
    assert.equal(error.code, code, error.message)
    assert.match(error.message, message)
    assert.ok(error.hint ?? code === 'usage', code)
  }
})

test('a master or a server that is not there, or is no Spark, is named within seconds', {
  skip,
}, async t => {
  const master = `spark://127.0.0.1:${await freePort()}`
  const unreachable = await refused(2, ['--master', master])
  assert.equal(unreachable.code, 'master_unreachable')
  assert.ok(unreachable.message.includes(master), unreachable.message)
  const ports = [await freePort(), await portOf(t, 'HTTP/1.1 400 Bad Request\r\n\r\n')]
  for (const port of ports) {
    const error = await refused(1, ['--connect', `sc://127.0.0.1:${port}`])
    assert.equal(error.code, 'spark_unreachable')
    assert.ok(error.message.includes(`sc://127.0.0.1:${port}`), error.message)
    assert.match(error.hint ?? '', /Connect server listening/)
  }
})

test('without Java the command says which Java Spark needs', { skip }, async t => {
  const error = await refused(2, [], line.with({ PATH: '', JAVA_HOME: '' }))
  assert.equal(error.code, 'java_missing')
  assert.match(error.message, /no java on PATH/)
  assert.match(error.hint ?? '', /needs Java 17.*JAVA_HOME/)
  const home = await temporaryFolder(t)
  const wrong = await refused(2, [], line.with({ JAVA_HOME: home }))
  assert.deepEqual([wrong.code, wrong.message.includes(home)], ['java_missing', true])
})

test('memory that no executor runs with is told before a job begins', { skip }, async () => {
  const error = await refused(2, ['--master', 'local[1]', '--spark-conf', 'spark.executor.memory=100m'])
  assert.equal(error.code, 'bad_executor_memory')
  assert.match(error.message, /100m|104857600/)
  assert.match(error.hint ?? '', /spark\.executor\.memory/)
})

let engine: SparkEngine | undefined
/** One Spark for what follows. */
async function open(): Promise<SparkEngine> {
  engine ??= await testSparkEngine(scope, { line: '4.0', stageSeconds: 10 })
  return engine
}

test('a model that is gone, cut or damaged is told, and the hub stays as it was', {
  skip,
}, async () => {
  const store = hubModelStore(small.hub.storage)
  const model = await store.get(pixelModel)
  const whole = await readFile(model.path)
  const attempt = async () =>
    featurize({ hub: small.hub, model, engine: await open(), signal: never }).then(
      () => assert.fail('a damaged model embeds nothing'),
      (error: HubError) => error,
    )
  const before = await content()
  try {
    await truncate(model.path, whole.length >> 1)
    const cut = await attempt()
    assert.match(cut.message, /model/)
    await writeFile(model.path, Buffer.alloc(whole.length, 7))
    const damaged = await attempt()
    assert.match(damaged.message, /model/)
    for (const error of [cut, damaged]) assert.ok(error instanceof HubError, String(error))
  } finally {
    await writeFile(model.path, whole)
  }
  // What is left of the work is there for the next run.
  const [then, now] = [before, await content()].map(keys => keys.filter(key => !key.startsWith('work/')))
  assert.deepEqual(now, then)
  const error = await line.json<ErrorDocument>(
    2,
    ...['featurize', '--hub', small.hub.storage.root, '--model', 'nothing', '--engine', 'spark'],
  )
  assert.equal(error.error.code, 'unknown_model')
})
