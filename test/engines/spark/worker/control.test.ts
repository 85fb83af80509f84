import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RecordBatch } from 'apache-arrow'
import { rowsToBatch } from '../../../../tables/batch.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'
import { numberRows } from '../../local/doublingRun.ts'
import { doublingInput, doublingOutput } from '../../local/stages/doubling.ts'
import { inputStream, SparkConnection, WorkerUnderTest } from './SparkSide.ts'
import { faultyInput, faultyOutput } from './stages/faulty.ts'
import { measuringInput, measuringOutput } from './stages/measuring.ts'
import { tellingInput, tellingOutput } from './stages/telling.ts'
import { type SparkLine, taskHeader } from './taskHeader.ts'
import { inBatches, rowsOf, stageCommand, workerScene } from './workerScene.ts'

const scene = await workerScene({ after })
const { launcher } = scene.archive
const faulty = await scene.bundle('./stages/faulty.ts')
const doubling = await scene.bundle('../../local/stages/doubling.ts')
const telling = await scene.bundle('./stages/telling.ts')
const given = [rowsToBatch(faultyInput, [{ id: 'first' }])]
const faultyCommand = (how: string) =>
  stageCommand(faultyOutput, { stage: 'faulty', bundle: faulty, params: { how } })
const log = join(scene.folder, 'log')
const doublingCommand = (params: object = {}) =>
  stageCommand(doublingOutput, { bundle: doubling, params: { log, ...params } })
const numbers = inBatches(doublingInput, numberRows(8), 4)

/** Waits for what must come, however slow the machine is. */
async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(20)
}

/** Processes below a process, and threads of it. */
function children(pid: number): number[] {
  const all = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return all.filter(name => parentOf(name) === pid).map(Number)
}
function parentOf(pid: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    return undefined
  }
}
/** Threads of stages in a process. */
function stageThreads(pid: number): number {
  const names = readdirSync(`/proc/${pid}/task`).map(id => readName(`/proc/${pid}/task/${id}/comm`))
  return names.filter(name => 'imagehub-stage'.startsWith(name.trim()) && name !== '').length
}
function readName(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** A worker whose only task hangs, and the task's connection. */
async function hanging(
  t: TestContext,
  how: string,
  line: SparkLine,
  more: { unread?: number; attempt?: number } = {},
) {
  const { unread = 1, ...task } = more
  const worker = await WorkerUnderTest.start(t, {
    launcher,
    line,
    environment: { IMAGEHUB_WORKER_STOP_SECONDS: '0.2' },
  })
  const connection = await worker.connect()
  const large: RecordBatch[] = Array.from({ length: 1 + unread }, () =>
    rowsToBatch(faultyInput, [{ id: 'x'.repeat(1_000_000) }]),
  )
  const running = connection.run({
    line,
    command: faultyCommand(how),
    batches: [...given, ...large],
    ...task,
  })
  const ended = running.then(
    () => assert.fail('a hanging task is answered'),
    (error: Error) => error,
  )
  await until(() => worker.stderr.includes('it hangs'))
  return { worker, connection, ended }
}
test('each worker of Spark 3.5 has an id of its own, those of Spark 4 that of the live process', async t => {
  const old = await WorkerUnderTest.start(t, { launcher, line: '3.5' })
  const ids = [await (await old.connect()).id(), await (await old.connect()).id()]
  assert.equal(new Set(ids).size, 2)
  for (const line of ['4.0', '4.1'] as const) {
    const worker = await WorkerUnderTest.start(t, { launcher, line })
    assert.equal(await (await worker.connect()).id(), worker.pid)
  }
})

for (const [line, how, unread] of [
  ['3.5', 'hang', 1],
  ['3.5', 'busy', 40],
  ['4.0', 'hang', 1],
  ['4.0', 'busy', 1],
  // More than fits between the two: that Spark closes does not even get through to the worker.
  ['4.0', 'hang', 40],
] as const)
  test(`Spark ${line} kills a task whose stage hangs (${how}, ${unread} MB unread), and no other`, async t => {
    const { worker, connection, ended } = await hanging(t, how, line, { unread })
    const other = await worker.connect()
    const path = join(await temporaryFolder(t), 'go')
    const command = stageCommand(tellingOutput, {
      stage: 'telling',
      bundle: telling,
      params: { waitFor: path },
    })
    const running = other.run({ line, command, batches: [rowsToBatch(tellingInput, [{ id: 'a' }])] })
    await until(() => stageThreads(worker.pid) === 2)
    worker.kill(await connection.id())
    // Spark closes its end after it has asked for the kill.
    connection.close()
    await ended
    await writeFile(path, '')
    const [row] = rowsOf(tellingOutput, (await running).batches)
    assert.equal(row?.process, worker.pid)
    await until(() => stageThreads(worker.pid) === 1)
    assert.equal((await worker.run({ command: doublingCommand(), batches: numbers })).batches.length, 2)
  })

test('a connection that Spark closes in the middle of a task stops the stage, and the thread serves the next task', async t => {
  const worker = await WorkerUnderTest.start(t, { launcher })
  const command = stageCommand(tellingOutput, {
    stage: 'telling',
    bundle: telling,
    params: { waitFor: '/nowhere' },
  })
  const connection = await worker.connect()
  const running = connection.run({
    line: '4.0',
    command,
    batches: [rowsToBatch(tellingInput, [{ id: 'a' }])],
  })
  running.catch(() => {})
  await sleep(200)
  connection.close()
  await assert.rejects(running)
  const good = stageCommand(tellingOutput, { stage: 'telling', bundle: telling, params: {} })
  const result = await worker.run({ command: good, batches: [rowsToBatch(tellingInput, [{ id: 'a' }])] })
  assert.equal(rowsOf(tellingOutput, result.batches)[0]?.id, 'a')
  assert.doesNotMatch(worker.stderr, /failed/)
})

test('a limit, where Spark takes some output and closes, is no error', async t => {
  const bundle = await scene.bundle('./stages/measuring.ts')
  const worker = await WorkerUnderTest.start(t, { launcher })
  const connection = await worker.connect()
  const batches = Array.from({ length: 40 }, () =>
    rowsToBatch(measuringInput, [{ blob: Buffer.alloc(500_000) }]),
  )
  let taken = 0
  const running = connection.run({
    line: '4.0',
    command: stageCommand(measuringOutput, { stage: 'measuring', bundle, params: {} }),
    batches,
    onOutput: async () => {
      if (++taken === 3) connection.close()
    },
  })
  await assert.rejects(running)
  const after = await worker.run({ command: doublingCommand(), batches: numbers })
  assert.equal(after.batches.length, 2)
  assert.doesNotMatch(worker.stderr, /failed/)
})

test('while Spark takes no output, neither output nor input piles up', async t => {
  const bundle = await scene.bundle('./stages/measuring.ts')
  const worker = await WorkerUnderTest.start(t, { launcher })
  const command = stageCommand(measuringOutput, { stage: 'measuring', bundle, params: {} })
  const blob = Buffer.alloc(4_000_000, 1)
  const batch = rowsToBatch(measuringInput, [{ blob }])
  await worker.run({ command, batches: [batch, batch, batch] })
  const memory = async () =>
    Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${worker.pid}/status`, 'utf8'))?.[1]) / 1024
  const before = await memory()
  let highest = 0
  let taken = 0
  const result = await worker.run({
    command,
    batches: Array.from({ length: 100 }, () => batch),
    onOutput: async () => {
      await sleep(taken++ < 20 ? 30 : 0)
      highest = Math.max(highest, (await memory()) - before)
    },
  })
  assert.equal(result.batches.length, 100)
  // All of it is 400 MB on each side.
  assert.ok(highest < 200, `memory grew by ${highest} MB`)
})

test('without a connection the process ends by itself; without a task a thread closes what it keeps', async t => {
  const environment = { IMAGEHUB_WORKER_IDLE_SECONDS: '1', IMAGEHUB_WORKER_THREAD_IDLE_SECONDS: '0.1' }
  const worker = await WorkerUnderTest.start(t, { launcher, environment })
  const command = stageCommand(tellingOutput, { stage: 'telling', bundle: telling, params: {} })
  await worker.run({ command, batches: [rowsToBatch(tellingInput, [{ id: 'a' }])] })
  assert.deepEqual(await worker.exited, { code: 0, signal: null })
  assert.match(worker.stderr, /the thread closed 1/, 'what a stage prints goes to the standard error')
})

test('an idle connection is no reason to end', async t => {
  const worker = await WorkerUnderTest.start(t, {
    launcher,
    environment: { IMAGEHUB_WORKER_IDLE_SECONDS: '0.2' },
  })
  const connection = await worker.connect()
  await sleep(1000)
  const result = await connection.run({ line: '4.0', command: doublingCommand(), batches: numbers })
  assert.ok(result.reusable)
})

for (const [name, end] of [
  ['the end of its input', (worker: WorkerUnderTest) => worker.child.stdin?.end()],
  ['SIGTERM', (worker: WorkerUnderTest) => worker.child.kill('SIGTERM')],
  ['SIGKILL', (worker: WorkerUnderTest) => worker.child.kill('SIGKILL')],
] as const)
  test(`after ${name} no process and no file is left, whatever the stages do`, async t => {
    const { worker, ended } = await hanging(t, 'busy', '4.0', { attempt: 1 })
    await until(() => children(worker.pid).length > 0)
    const [child = 0] = children(worker.pid)
    end(worker)
    await worker.exited
    await ended
    await until(() => !existsSync(`/proc/${child}`))
  })

test('a retried task that is killed takes its process along', async t => {
  const { worker, connection, ended } = await hanging(t, 'busy', '3.5', { attempt: 1 })
  await until(() => children(worker.pid).length > 0)
  const [child = 0] = children(worker.pid)
  worker.kill(await connection.id())
  await ended
  await until(() => !existsSync(`/proc/${child}`))
  assert.equal((await worker.run({ command: doublingCommand(), batches: numbers })).batches.length, 2)
})

test('silence in the middle of a task ends it with an error', async t => {
  const worker = await WorkerUnderTest.start(t, {
    launcher,
    environment: { IMAGEHUB_WORKER_SILENCE_SECONDS: '0.3' },
  })
  const connection = await worker.connect()
  connection.write(taskHeader({ line: '4.0', command: doublingCommand() }))
  const [schema = Buffer.of()] = inputStream([], doublingInput)
  connection.write(schema)
  assert.equal(await connection.int(), -2)
  assert.match(await connection.text(), /silent_peer: .*nothing for 0\.3 s/)
})

for (const how of ['hang', 'busy'])
  test(`a stage that gives nothing (${how}) is told and ended, and the worker goes on`, async t => {
    const worker = await WorkerUnderTest.start(t, {
      launcher,
      environment: { IMAGEHUB_WORKER_STOP_SECONDS: '0.2' },
    })
    const command = stageCommand(faultyOutput, {
      stage: 'faulty',
      bundle: faulty,
      params: { how },
      stageSeconds: 1,
    })
    const running = worker.run({ command, batches: given })
    await assert.rejects(running, /stage_hangs: stage faulty gave nothing for 1 s/)
    await until(() => stageThreads(worker.pid) === 0)
    assert.equal((await worker.run({ command: doublingCommand(), batches: numbers })).batches.length, 2)
  })

test('waiting for Spark is no hanging: neither for its rows nor until it takes an output', async t => {
  const bundle = await scene.bundle('./stages/measuring.ts')
  const worker = await WorkerUnderTest.start(t, { launcher })
  const batches = Array.from({ length: 12 }, () =>
    rowsToBatch(measuringInput, [{ blob: Buffer.alloc(4_000_000) }]),
  )
  let taken = 0
  const result = await worker.run({
    // Less than a worker starts in would be told as a hang.
    command: stageCommand(measuringOutput, { stage: 'measuring', bundle, params: {}, stageSeconds: 10 }),
    batches,
    onOutput: async () => {
      if (++taken === 2) await sleep(12_000)
    },
  })
  assert.equal(result.batches.length, 12)
})

test('a second daemon of the same archive is independent of the first', async t => {
  const [a, b] = [await WorkerUnderTest.start(t, { launcher }), await WorkerUnderTest.start(t, { launcher })]
  assert.notEqual(a.port, b.port)
  a.child.kill('SIGKILL')
  await a.exited
  assert.equal((await b.run({ command: doublingCommand(), batches: numbers })).batches.length, 2)
  await assert.rejects(SparkConnection.open(a.port))
})
