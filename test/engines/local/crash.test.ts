import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import test from 'node:test'
import { endWithUs } from '../../support/endWithUs.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { type DoublingRun, numberRows, runDoubling } from './doublingRun.ts'

/** Runs the rows in a process of its own, and gives the signal that ended it. */
async function signalOf(run: DoublingRun): Promise<string | null> {
  const program = join(import.meta.dirname, 'doublingRun.ts')
  const child = endWithUs(
    spawn(process.execPath, [program, JSON.stringify(run)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  )
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal
}

test('rows that crash the process end as a reason in the next run, and take no other row along', async t => {
  const folder = await temporaryFolder(t)
  const rows = numberRows(40)
  const run = { folder, rows, faults: { 'row 5': 'crash', 'row 6': 'crash' }, batchesAhead: 1 } as const
  assert.equal(await signalOf(run), 'SIGSEGV')
  const { rows: done, record } = await runDoubling(run)
  assert.equal(record.rows_out, 40)
  const problems = done.filter(({ problem }) => problem !== null)
  assert.deepEqual(
    problems.map(({ id, problem }) => [id, problem]),
    ['row 5', 'row 6'].map(id => [id, 'a worker process ended with SIGSEGV']),
  )
  assert.equal(done.filter(({ id, doubled }) => doubled === 2 * Number(id.slice(4))).length, 38)
  assert.deepEqual((await runDoubling(run)).worked, [], 'nothing is tried again')
})

test('a kill condemns no row: those that were under way are done again', async t => {
  const folder = await temporaryFolder(t)
  const rows = numberRows(40)
  assert.equal(await signalOf({ folder, rows, faults: { 'row 5': 'kill' } }), 'SIGKILL')
  const { rows: done } = await runDoubling({ folder, rows })
  assert.equal(done.filter(({ id, doubled }) => doubled === 2 * Number(id.slice(4))).length, 40)
})

test('a row that ends the process without a crash, or a stage with nothing to say of crashes, ends the run', async t => {
  const folder = await temporaryFolder(t)
  const rows = numberRows(12)
  const run = { folder, rows, faults: { 'row 5': 'crash' } } as const
  assert.equal(await signalOf(run), 'SIGSEGV')
  await assert.rejects(runDoubling({ ...run, faults: { 'row 5': 'kill' } }), {
    code: 'stage_failed',
    message: /stage doubling: a worker process ended with SIGKILL.*row 5/,
  })
  const stage = { crashed: undefined } as never
  await assert.rejects(runDoubling({ ...run, stage }), {
    code: 'stage_crashed',
    message: /stage doubling: .*SIGSEGV.*row 5/,
  })
  const { rows: done } = await runDoubling(run)
  assert.deepEqual(
    done.flatMap(({ id, problem }) => (problem === null ? [] : [id])),
    ['row 5'],
    'the suspicion stays until the row was tried',
  )
})
