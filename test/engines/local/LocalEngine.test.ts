import assert from 'node:assert/strict'
import { copyFile, readdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '../../../base/HubError.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { type NumberRow, numberRows, runDoubling, workedOn } from './doublingRun.ts'

const doubledOf = (rows: readonly NumberRow[]) =>
  rows
    .map(({ id, number }) => ({ id, doubled: 2 * number, problem: null }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
const idsOf = (rows: readonly NumberRow[]) => rows.map(({ id }) => id).sort()

async function partsOf(folder: string): Promise<string[]> {
  const [work = ''] = (await readdir(join(folder, 'work'))).filter(name => name.startsWith('doubled-'))
  const names = await readdir(join(folder, 'work', work))
  return names.filter(name => name.endsWith('.parquet')).map(name => join(folder, 'work', work, name))
}

test('whatever the workers, the batches and the read-ahead, each row is done once and the rows are the same', async t => {
  const rows = numberRows(100)
  for (const how of [
    { workers: 1, batchRows: 1 },
    { workers: 3, batchRows: 7, batchesAhead: 2 },
    { workers: 8, batchRows: 64, batchesAhead: 1 },
  ]) {
    const run = await runDoubling({ folder: await temporaryFolder(t), rows: rows.toReversed(), ...how })
    assert.deepEqual(run.rows, doubledOf(rows))
    assert.deepEqual(run.worked, idsOf(rows))
    const { rows_in, rows_out, rows_resumed } = run.record
    assert.deepEqual({ rows_in, rows_out, rows_resumed }, { rows_in: 100, rows_out: 100, rows_resumed: 0 })
  }
})

test('an empty input is an empty table, and no worker is started for it', async t => {
  const run = await runDoubling({ folder: await temporaryFolder(t), rows: [] })
  assert.deepEqual([run.rows, run.worked, run.record.rows_out], [[], [], 0])
})

test('a run after a failed one does the rows that are left, and those alone', async t => {
  const folder = await temporaryFolder(t)
  const rows = numberRows(60)
  await assert.rejects(runDoubling({ folder, rows, workers: 1, faults: { 'row 33': 'throw' } }))
  const first = await workedOn(folder)
  const progress: number[] = []
  const again = await runDoubling({ folder, rows, onProgress: ({ rowsDone }) => progress.push(rowsDone) })
  assert.deepEqual(again.rows, doubledOf(rows))
  const resumed = again.record.rows_resumed
  assert.ok(resumed > 0 && resumed < first.length, `${resumed} of ${first.length} rows were finished`)
  assert.equal(again.worked.length, rows.length - resumed)
  assert.equal(new Set([...first, ...again.worked]).size, rows.length)
  assert.deepEqual([progress[0], progress.at(-1)], [resumed, rows.length])

  const changed = rows.map(row => (row.id === 'row 7' ? { ...row, number: 700 } : row))
  const afterChange = await runDoubling({ folder, rows: changed })
  assert.deepEqual(afterChange.worked, ['row 7'], 'a changed row is done again, no other')
  assert.deepEqual(afterChange.rows, doubledOf(changed))
  const fewer = await runDoubling({ folder, rows: rows.slice(0, 5) })
  assert.deepEqual(fewer.worked, [])
  assert.deepEqual(
    fewer.rows,
    doubledOf(rows.slice(0, 5)),
    'finished rows that are not asked for do not show',
  )
})

test('another version of the stage, or another identity, takes nothing over', async t => {
  const folder = await temporaryFolder(t)
  const rows = numberRows(10)
  await runDoubling({ folder, rows })
  assert.equal((await runDoubling({ folder, rows })).record.rows_resumed, 10)
  assert.deepEqual((await runDoubling({ folder, rows, stage: { version: '2' } })).worked, idsOf(rows))
  assert.deepEqual((await runDoubling({ folder, rows, identity: { limit: 3 } })).worked, idsOf(rows))
})

test('parts that a power cut left damaged, or that hold rows twice, are dropped and their rows done again', async t => {
  const folder = await temporaryFolder(t)
  const rows = numberRows(40)
  await runDoubling({ folder, rows: rows.slice(0, 20) })
  await runDoubling({ folder, rows })
  const parts = await partsOf(folder)
  const [first = '', second = ''] = parts
  assert.equal(parts.length, 2)
  await truncate(first, 300)
  await copyFile(second, `${second}-again.parquet`)
  const run = await runDoubling({ folder, rows })
  assert.deepEqual(run.rows, doubledOf(rows))
  assert.equal(run.record.rows_resumed, 20)
  assert.equal(run.worked.length, 20)
  for (const part of await partsOf(folder)) await truncate(part, 0)
  assert.deepEqual((await runDoubling({ folder, rows })).rows, doubledOf(rows))
})

test('an error in a stage names the stage and the rows, and keeps the stack that the stage saw', async t => {
  const folder = await temporaryFolder(t)
  const rows = numberRows(4)
  await assert.rejects(runDoubling({ folder, rows, faults: { 'row 2': 'throw' } }), (error: HubError) => {
    assert.equal(error.code, 'stage_failed')
    assert.match(error.message, /^stage doubling: cannot double row 2 .*row 0/)
    const stack = ((error.cause as Error).cause as Error).stack ?? ''
    assert.match(stack, /stages\/doubling\.ts:\d+/)
    return true
  })
  await assert.rejects(runDoubling({ folder, rows, faults: { 'row 2': 'refuse' } }), {
    code: 'odd_number',
    fault: 'user',
    hint: 'give even ones',
  })
  await assert.rejects(runDoubling({ folder, rows, faults: { 'row 2': 'exit' } }), {
    code: 'stage_failed',
    message: /worker thread ended with code 7.*row 0/,
  })
  assert.deepEqual((await runDoubling({ folder, rows })).rows, doubledOf(rows))
})

test('a stage that loses rows, invents some or stops early is caught', async t => {
  for (const fault of ['lose', 'invent', 'stop'] as const)
    await assert.rejects(
      runDoubling({
        folder: await temporaryFolder(t),
        rows: numberRows(20),
        workers: 1,
        faults: { 'row 9': fault },
      }),
      { code: 'conservation_broken', message: /stage doubling/ },
      fault,
    )
})

test('equal rows in an input are refused: their work could not be told apart', async t => {
  const rows = [...numberRows(3), ...numberRows(1)]
  await assert.rejects(runDoubling({ folder: await temporaryFolder(t), rows }), {
    code: 'duplicate_rows',
    message: /4 rows, of which only 3 differ/,
  })
})

test('while the stage is busy the source waits; a run that is stopped ends at once and keeps what is finished', async t => {
  const folder = await temporaryFolder(t)
  const rows = numberRows(20_000)
  const abort = new AbortController()
  const reason = new HubError({ code: 'interrupted', message: 'stopped by SIGINT' })
  const done = { rows: 0, at: performance.now() }
  const run = runDoubling({
    folder,
    rows,
    hangAfter: 2500,
    batchRows: 100,
    batchesAhead: 2,
    signal: abort.signal,
    onProgress: ({ rowsDone }) => Object.assign(done, { rows: rowsDone, at: performance.now() }),
  })
  const stopped = assert.rejects(run, reason)
  // Both workers hang once nothing more has come for a while.
  while (done.rows === 0 || performance.now() - done.at < 1000) await sleep(50)
  const [work = ''] = (await readdir(join(folder, 'work'))).filter(name => name.startsWith('doubled-'))
  const inFlight = (await readdir(join(folder, 'work', work, 'in-flight'))).length
  abort.abort(reason)
  await stopped
  assert.ok(inFlight > 0 && inFlight <= 2 * 4, `${inFlight} batches were read for two workers that hang`)
  const again = await runDoubling({ folder, rows, batchRows: 1000 })
  assert.equal(again.record.rows_resumed, done.rows)
  assert.deepEqual(again.rows, doubledOf(rows))
})
