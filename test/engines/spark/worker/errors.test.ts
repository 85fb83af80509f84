import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after } from 'node:test'
import type { ErrorReport } from '../../../../engines/spark/worker/ErrorReport.ts'
import { rowsToBatch } from '../../../../tables/batch.ts'
import { numberRows } from '../../local/doublingRun.ts'
import { doublingInput, doublingOutput } from '../../local/stages/doubling.ts'
import { type TaskOptions, WorkerError, WorkerUnderTest } from './SparkSide.ts'
import { faultyInput, faultyOutput } from './stages/faulty.ts'
import { inBatches, reportIn, rowsOf, stageCommand, workerScene } from './workerScene.ts'

const scene = await workerScene({ after })
const { launcher } = scene.archive
const doubling = await scene.bundle('../../local/stages/doubling.ts')
const batches = inBatches(doublingInput, numberRows(12), 4)
const log = join(scene.folder, 'log')

const doublingCommand = (params: object) =>
  stageCommand(doublingOutput, { bundle: doubling, params: { log, ...params } })

/** How a task fails: the error as a driver rebuilds it, and the text that Spark shows. */
async function failure(
  worker: WorkerUnderTest,
  task: TaskOptions,
): Promise<{ error: ErrorReport; text: string }> {
  const thrown = await worker.run(task).then(
    () => assert.fail('the task is answered'),
    (error: unknown) => error,
  )
  assert.ok(thrown instanceof WorkerError, String(thrown))
  const error = reportIn(`Job aborted.\n\tPythonException: ${thrown.message}\n\tat org.apache.spark`)
  assert.ok(error, thrown.message)
  return { error, text: thrown.message }
}

test('an error in a stage names the stage and the row, and shows the line of its source', async t => {
  const worker = await WorkerUnderTest.start(t, { launcher })
  const task = { command: doublingCommand({ faults: { 'row 6': 'throw' } }), batches }
  const { error, text } = await failure(worker, task)
  assert.equal(error.code, 'stage_failed')
  assert.equal(error.message, 'stage doubling: cannot double row 6 (while at row 4)')
  assert.equal(error.fault, 'system')
  for (const shown of [text, error.stack]) {
    assert.match(shown, /test\/engines\/local\/stages\/doubling\.ts:\d+:\d+/)
    assert.match(shown, /> if \(fault === 'throw'\) throw new Error\(`cannot double \$\{id\}`\)/)
    assert.doesNotMatch(shown, /stage-[0-9a-f]{16}\.mjs/)
  }
  const good = await worker.run({ command: doublingCommand({}), batches })
  assert.equal(good.batches.length, 3, 'the worker goes on')
})

test("a stage's own HubError comes with its code, fault and hint", async t => {
  const worker = await WorkerUnderTest.start(t, { launcher, line: '3.5' })
  const task = { command: doublingCommand({ faults: { 'row 1': 'refuse' } }), batches }
  const { error, text } = await failure(worker, task)
  assert.deepEqual(
    [error.code, error.fault, error.message, error.hint],
    ['odd_number', 'user', 'stage doubling: row 1 is odd (while at row 0)', 'give even ones'],
  )
  assert.match(text, /^odd_number: stage doubling: row 1 is odd \(while at row 0\)\n/)
  assert.match(text, /\ngive even ones\n/)
  assert.match(text, /> if \(fault === 'refuse'\) throw userError\(/)
})

test('a stage that loses, invents or forgets rows is found out', async t => {
  const worker = await WorkerUnderTest.start(t, { launcher })
  const found = async (faults: object, more: object = {}) => {
    const { error } = await failure(worker, { command: doublingCommand({ faults, ...more }), batches })
    assert.equal(error.code, 'conservation_broken')
    return error.message
  }
  const gave = (rows: number, of: number, at: string) =>
    `stage doubling gave ${rows} rows for a batch of ${of}${at}`
  assert.equal(await found({ 'row 6': 'lose' }), gave(3, 4, ' (row 4)'))
  assert.equal(await found({ 'row 6': 'invent' }), gave(4, 0, ''))
  assert.equal(await found({ 'row 6': 'stop' }), gave(0, 4, ' (row 4)'))
  assert.equal(await found({ 'row 11': 'stop' }, { batchesAhead: 1 }), gave(0, 4, ' (row 8)'))
})

test('an output that is not as declared is refused, naming the column', async t => {
  const bundle = await scene.bundle('./stages/faulty.ts')
  const worker = await WorkerUnderTest.start(t, { launcher })
  const given = [rowsToBatch(faultyInput, [{ id: 'first' }, { id: 'second' }])]
  const command = (how: string) => stageCommand(faultyOutput, { stage: 'faulty', bundle, params: { how } })
  for (const [how, message] of [
    ['absent', /has no column id/],
    ['other type', /has a column id of Arrow type LargeUtf8/],
    ['other size', /has a column number of Arrow type Int32/],
    ['other elements', /has a column words of Arrow type List<Float64>/],
    ['null', /has 2 nulls in column id/],
  ] as const) {
    const { error } = await failure(worker, { command: command(how), batches: given })
    assert.equal(error.code, 'wrong_schema', how)
    assert.match(error.message, message)
    assert.match(error.message, /stage faulty.*while at first|while at first/)
  }
  const { batches: taken } = await worker.run({ command: command('more'), batches: given })
  assert.deepEqual(rowsOf(faultyOutput, taken)[0], { id: 'x', number: 1, words: ['w'] })
})

test('a thread that ends or stops by itself fails its task, and the worker goes on', async t => {
  const bundle = await scene.bundle('./stages/faulty.ts')
  const worker = await WorkerUnderTest.start(t, { launcher })
  const given = [rowsToBatch(faultyInput, [{ id: 'first' }])]
  const ended = await failure(worker, { command: doublingCommand({ faults: { 'row 2': 'exit' } }), batches })
  assert.match(ended.error.message, /a worker thread ended with code 7/)
  const command = stageCommand(faultyOutput, { stage: 'faulty', bundle, params: { how: 'rejection' } })
  const stopped = await failure(worker, { command, batches: given })
  assert.match(stopped.error.message, /a worker thread stopped: nobody waits for this/)
  assert.equal((await worker.run({ command: doublingCommand({}), batches })).batches.length, 3)
})

test('what cannot be run at all says why', async t => {
  const worker = await WorkerUnderTest.start(t, { launcher })
  const good = doublingCommand({})
  const absent = stageCommand(doublingOutput, { bundle: 'no-such-stage.mjs', params: {} })
  const unloadable = join(scene.folder, 'broken.mjs')
  await writeFile(unloadable, 'this is no program')
  const broken = stageCommand(doublingOutput, { bundle: unloadable, params: {} })
  const json = (value: unknown) => Buffer.from(JSON.stringify(value))
  for (const [task, code, message] of [
    [{ command: good, pythonVersion: 'node/4.2.0' }, 'unsupported_spark', /node\/4\.2\.0/],
    [{ command: good, pythonVersion: 'node/3.4.1' }, 'unsupported_spark', /node\/3\.4\.1/],
    [{ command: good, pythonVersion: '3.11' }, 'unsupported_spark', /"3\.11"/],
    [{ command: good, evalType: 200 }, 'unsupported_function', /kind 200/],
    [{ command: Buffer.from('\x80\x05pickle') }, 'bad_command', /no JSON/],
    [{ command: json({ protocol: 2 }) }, 'protocol_mismatch', /protocol 2/],
    [{ command: json({ protocol: 1, stage: 's' }) }, 'bad_command', /names of stage and bundle/],
    [{ command: absent }, 'stage_failed', /no-such-stage\.mjs/],
    [{ command: broken }, 'stage_failed', /a worker thread stopped/],
    [{ command: doublingCommand({ log: 5 }) }, 'stage_failed', /stage doubling.*log/s],
  ] as const) {
    const { error } = await failure(worker, { batches, ...task })
    assert.equal(error.code, code)
    assert.match(error.message, message)
  }
})

test('a batch beyond the bound is refused before it is read', async t => {
  const environment = { IMAGEHUB_WORKER_BATCH_BYTES: '200' }
  const worker = await WorkerUnderTest.start(t, { launcher, environment })
  const large = inBatches(doublingInput, numberRows(100), 100)
  const { error } = await failure(worker, { command: doublingCommand({}), batches: large })
  assert.equal(error.code, 'batch_too_large')
  assert.match(error.hint ?? '', /maxRecordsPerBatch/)
})
