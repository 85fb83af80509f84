import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { rowsToBatch } from '../../../../tables/batch.ts'
import { column } from '../../../../tables/column.ts'
import { numberRows } from '../../local/doublingRun.ts'
import { doublingInput, doublingOutput } from '../../local/stages/doubling.ts'
import { WorkerUnderTest } from './SparkSide.ts'
import { tellingInput, tellingOutput } from './stages/telling.ts'
import { inBatches, reportIn, rowsOf, stageCommand, workerScene } from './workerScene.ts'

const scene = await workerScene({ after })
const { launcher } = scene.archive
const bundle = await scene.bundle('../../local/stages/doubling.ts')
const log = join(scene.folder, 'log')
const rows = numberRows(40)
const key = { key: column('text', 'key') }
const batches = inBatches(
  { ...doublingInput, ...key },
  rows.map(row => ({ ...row, key: `key of ${row.id}` })),
  8,
)

function command(params: object = {}) {
  return stageCommand(doublingOutput, { bundle, params: { log, ...params }, carry: ['key'] })
}

test('a crash ends the process; tried again, the rows that it died over end as a reason and no other row is lost', async t => {
  const faults = { 'row 5': 'crash', 'row 6': 'crash', 'row 39': 'crash' }
  for (const batchesAhead of [0, 1]) {
    const worker = await WorkerUnderTest.start(t, { launcher })
    const task = { command: command({ faults, batchesAhead }), batches }
    await assert.rejects(worker.run(task), /closed the connection/)
    assert.equal((await worker.exited).signal, 'SIGSEGV')
    const next = await WorkerUnderTest.start(t, { launcher })
    const result = await next.run({ ...task, attempt: 1 })
    const expected = rows.map(({ id, number }) => ({
      id,
      doubled: id in faults ? null : 2 * number,
      problem: id in faults ? 'a worker process ended with SIGSEGV' : null,
      key: `key of ${id}`,
    }))
    assert.deepEqual(rowsOf({ ...doublingOutput, ...key }, result.batches), expected)
    assert.equal(result.batches.length, batches.length)
  }
})

test('a retried task works in a process of its own, which ends with the task', async t => {
  const telling = await scene.bundle('./stages/telling.ts')
  const worker = await WorkerUnderTest.start(t, { launcher })
  const result = await worker.run({
    command: stageCommand(tellingOutput, { stage: 'telling', bundle: telling, params: {} }),
    batches: [rowsToBatch(tellingInput, [{ id: 'a' }]), rowsToBatch(tellingInput, [{ id: 'b' }])],
    attempt: 2,
    gpu: '1',
  })
  const [first, second] = rowsOf(tellingOutput, result.batches)
  assert.notEqual(first?.process, worker.pid)
  assert.equal(first?.process, second?.process)
  assert.equal(first?.gpu, '1')
  assert.ok(first)
  while (existsSync(`/proc/${first.process}`)) await new Promise(resolve => setTimeout(resolve, 20))
})

test('a retried task fails as it would in a thread', async t => {
  const worker = await WorkerUnderTest.start(t, { launcher })
  const failure = async (faults: object) => {
    const thrown = await worker.run({ command: command({ faults }), batches, attempt: 1 }).then(
      () => assert.fail('the task is answered'),
      (error: Error) => error,
    )
    const error = reportIn(thrown.message)
    return { code: error?.code, message: error?.message, text: thrown.message }
  }
  const thrown = await failure({ 'row 9': 'throw' })
  assert.equal(thrown.message, 'stage doubling: cannot double row 9 (while at row 8)')
  assert.match(thrown.text, /stages\/doubling\.ts:\d+/)
  const lost = await failure({ 'row 9': 'lose' })
  assert.equal(lost.message, 'stage doubling gave 7 rows for a batch of 8 (row 8)')
  assert.equal(
    (await failure({ 'row 9': 'stop' })).message,
    'stage doubling gave 0 rows for a batch of 8 (row 8)',
  )
  for (const row of ['row 9', 'row 39'])
    assert.equal(
      (await failure({ [row]: 'invent' })).message,
      'stage doubling gave 8 rows for a batch of 0',
      `${row}: in the middle, and in the last batch, after which nothing more is asked for`,
    )
  const killed = await failure({ 'row 9': 'kill' })
  assert.equal(killed.code, 'stage_failed')
  assert.match(killed.message ?? '', /a worker process ended with SIGKILL \(while at row 8\)/)
})

test('each row of a batch that crashed is worked on again, those of other batches are not', async t => {
  await rm(log, { force: true })
  const worker = await WorkerUnderTest.start(t, { launcher })
  await worker.run({ command: command({ faults: { 'row 10': 'crash' } }), batches, attempt: 1 })
  const worked = (await readFile(log, 'utf8')).trim().split('\n')
  const times = (id: string) => worked.filter(other => other === id).length
  assert.deepEqual([times('row 7'), times('row 8'), times('row 15'), times('row 16')], [1, 2, 1, 1])
  assert.equal(times('row 10'), 3, 'with its batch, after row 9, and alone in a fresh process')
})
