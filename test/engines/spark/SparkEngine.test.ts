import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { HubError } from '../../../base/HubError.ts'
import { sparkLines } from '../../../engines/spark/setup/sparkLines.ts'
import { column } from '../../../tables/column.ts'
import { sparkForTests } from '../../support/spark.ts'
import { testSparkEngine } from '../../support/sparkEngine.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { type NumberRow, numberRows, runDoubling } from '../local/doublingRun.ts'
import { doublingOutput } from '../local/stages/doubling.ts'

const doubledOf = (rows: readonly NumberRow[]) =>
  rows
    .map(({ id, number }) => ({ id, doubled: 2 * number, problem: null }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
const idsOf = (rows: readonly NumberRow[]) => rows.map(({ id }) => id).sort()

const { skip } = await sparkForTests()

for (const line of sparkLines) {
  // One Spark serves all tests of a line.
  const engine = skip ? undefined : await testSparkEngine({ after }, { line })
  const onSpark = (run: Omit<Parameters<typeof runDoubling>[0], 'engine'>) => {
    if (engine === undefined) throw new Error('these tests are skipped without Spark')
    return runDoubling({ ...run, engine })
  }

  test(`Spark ${line}: whatever the batches and the read-ahead, each row is done once and the rows are those of the local engine`, {
    skip,
  }, async t => {
    const rows = numberRows(100)
    for (const how of [{ batchRows: 3 }, { batchRows: 64, batchesAhead: 2 }]) {
      const run = await onSpark({ folder: await temporaryFolder(t), rows: rows.toReversed(), ...how })
      assert.deepEqual(run.rows, doubledOf(rows))
      assert.deepEqual(run.worked, idsOf(rows))
      const { rows_in, rows_out, rows_resumed } = run.record
      assert.deepEqual({ rows_in, rows_out, rows_resumed }, { rows_in: 100, rows_out: 100, rows_resumed: 0 })
    }
  })

  test(`Spark ${line}: an empty input is an empty table`, { skip }, async t => {
    const run = await onSpark({ folder: await temporaryFolder(t), rows: [] })
    assert.deepEqual([run.rows, run.worked, run.record.rows_out], [[], [], 0])
  })

  test(`Spark ${line}: what is finished is taken over, changed rows and those of broken files are done again`, {
    skip,
  }, async t => {
    const folder = await temporaryFolder(t)
    const rows = numberRows(60)
    await onSpark({ folder, rows: rows.slice(0, 20) })
    const progress: number[] = []
    const more = await onSpark({ folder, rows, onProgress: ({ rowsDone }) => progress.push(rowsDone) })
    assert.deepEqual([more.record.rows_resumed, more.worked], [20, idsOf(rows.slice(20))])
    assert.deepEqual([progress[0], progress.at(-1)], [20, 60])

    const changed = rows.map(row => (row.id === 'row 7' ? { ...row, number: 700 } : row))
    const afterChange = await onSpark({ folder, rows: changed })
    assert.deepEqual([afterChange.worked, afterChange.rows], [['row 7'], doubledOf(changed)])

    const [part = ''] = globSync(join(folder, 'work/work/spark-doubled-*/*.parquet'))
    await truncate(part, 30)
    const afterDamage = await onSpark({ folder, rows: changed })
    assert.ok(afterDamage.worked.length > 0 && afterDamage.worked.length < 60)
    assert.deepEqual(afterDamage.rows, doubledOf(changed))
    const other = await onSpark({ folder, rows, identity: { limit: 3 } })
    assert.equal(other.record.rows_resumed, 0, 'another identity takes nothing over')
  })

  test(`Spark ${line}: an error in a stage names the stage and the rows, and shows the line of the source`, {
    skip,
  }, async t => {
    const folder = await temporaryFolder(t)
    const rows = numberRows(8)
    await assert.rejects(onSpark({ folder, rows, faults: { 'row 2': 'throw' } }), (error: HubError) => {
      assert.ok(error instanceof HubError, String(error))
      assert.equal(error.code, 'stage_failed')
      assert.match(error.message, /^stage doubling: cannot double row 2 .*row \d/)
      assert.match(error.stack ?? '', /stages\/doubling\.ts:\d+/)
      return true
    })
    await assert.rejects(onSpark({ folder, rows, faults: { 'row 2': 'refuse' } }), {
      code: 'odd_number',
      fault: 'user',
      hint: 'give even ones',
    })
    assert.deepEqual((await onSpark({ folder, rows })).rows, doubledOf(rows), 'the session goes on')
  })

  test(`Spark ${line}: a row that crashes the process ends as a reason, and takes no other row along`, {
    skip,
  }, async t => {
    const folder = await temporaryFolder(t)
    const { rows: done } = await onSpark({ folder, rows: numberRows(40), faults: { 'row 5': 'crash' } })
    assert.deepEqual(
      done.filter(({ problem }) => problem !== null),
      [{ id: 'row 5', doubled: null, problem: 'a worker process ended with SIGSEGV' }],
    )
    assert.equal(done.filter(({ id, doubled }) => doubled === 2 * Number(id.slice(4))).length, 39)
  })

  test(`Spark ${line}: a stage that loses rows, invents some or stops early is caught`, { skip }, async t => {
    for (const fault of ['lose', 'invent', 'stop'] as const)
      await assert.rejects(
        onSpark({ folder: await temporaryFolder(t), rows: numberRows(20), faults: { 'row 9': fault } }),
        { code: 'conservation_broken', message: /stage doubling/ },
        fault,
      )
  })

  test(`Spark ${line}: a stage that gives other columns than it declares is caught`, { skip }, async t => {
    const output = { ...doublingOutput, absent: column('text', 'which the stage does not give') }
    const folder = await temporaryFolder(t)
    await assert.rejects(onSpark({ folder, rows: numberRows(8), stage: { output } }), {
      code: 'wrong_schema',
      message: /stage doubling .*has no column absent/,
      hint: /it has id, doubled, problem/,
    })
  })

  test(`Spark ${line}: equal rows in an input are refused`, { skip }, async t => {
    const rows = [...numberRows(3), ...numberRows(1)]
    await assert.rejects(onSpark({ folder: await temporaryFolder(t), rows }), {
      code: 'duplicate_rows',
      message: /4 rows, of which only 3 differ/,
    })
  })

  test(`Spark ${line}: a run that is stopped ends, and the next one does what is left`, { skip }, async t => {
    const folder = await temporaryFolder(t)
    const rows = numberRows(60)
    const abort = new AbortController()
    const reason = new HubError({ code: 'interrupted', message: 'stopped by SIGINT' })
    const run = onSpark({
      folder,
      rows,
      // Each worker thread ends one partition of 10 rows and hangs in its next.
      hangAfter: 12,
      signal: abort.signal,
      onProgress: ({ rowsDone }) => {
        if (rowsDone > 0) abort.abort(reason)
      },
    })
    await assert.rejects(run, error => error === reason)
    const again = await onSpark({ folder, rows })
    assert.ok(again.record.rows_resumed > 0 && again.record.rows_resumed < 60)
    assert.deepEqual(again.rows, doubledOf(rows))
  })
}
