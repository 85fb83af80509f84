import assert from 'node:assert/strict'
import { existsSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { rowsToBatch } from '../../../../tables/batch.ts'
import { column } from '../../../../tables/column.ts'
import { until } from '../../../support/processes.ts'
import { numberRows } from '../../local/doublingRun.ts'
import { doublingInput, doublingOutput } from '../../local/stages/doubling.ts'
import { WorkerUnderTest } from './SparkSide.ts'
import { measuringInput, measuringOutput } from './stages/measuring.ts'
import { tellingInput, tellingOutput } from './stages/telling.ts'
import { totalInput, totalOutput } from './stages/total.ts'
import { sparkLines } from './taskHeader.ts'
import { inBatches, rowsOf, stageCommand, workerScene } from './workerScene.ts'

const scene = await workerScene({ after })
const { launcher } = scene.archive
const doubling = await scene.bundle('../../local/stages/doubling.ts')
const telling = await scene.bundle('./stages/telling.ts')
const rows = numberRows(40)
const batches = inBatches(doublingInput, rows, 7)
const doubled = rows.map(({ id, number }) => ({ id, doubled: 2 * number, problem: null }))
const log = join(scene.folder, 'log')

function doublingCommand(params: object = {}) {
  return stageCommand(doublingOutput, { bundle: doubling, params: { log, ...params } })
}
const tellingRows = [rowsToBatch(tellingInput, [{ id: 'a' }, { id: 'b' }])]
function tellingCommand(params: object = {}) {
  return stageCommand(tellingOutput, { stage: 'telling', bundle: telling, params })
}

for (const line of sparkLines) {
  test(`a task of Spark ${line} is answered, and the connection brings another one`, async t => {
    const worker = await WorkerUnderTest.start(t, { launcher, line })
    const connection = await worker.connect()
    for (const batchesAhead of [0, 1, 3]) {
      const result = await connection.run({ line, command: doublingCommand({ batchesAhead }), batches })
      assert.deepEqual(rowsOf(doublingOutput, result.batches), doubled)
      assert.deepEqual(
        result.batches.map(batch => batch.numRows),
        batches.map(batch => batch.numRows),
      )
      assert.ok(result.reusable)
    }
  })

  test(`headers of Spark ${line} of barrier tasks, with GPUs and with a profiler are understood`, async t => {
    const worker = await WorkerUnderTest.start(t, { launcher, line })
    for (const more of [{ barrier: true }, { gpu: '3' }, { profiler: 'perf' }]) {
      const result = await worker.run({ command: tellingCommand(), batches: tellingRows, ...more })
      const [row] = rowsOf(tellingOutput, result.batches)
      assert.equal(row?.gpu, 'gpu' in more ? '3' : null)
    }
  })

  test(`an empty partition of Spark ${line} gives nothing, of an aggregate what the stage gives`, async t => {
    const worker = await WorkerUnderTest.start(t, { launcher, line })
    const nothing = await worker.run({ command: doublingCommand(), batches: [] })
    assert.deepEqual(nothing, { batches: [], reusable: true })
    const noRows = await worker.run({ command: doublingCommand(), batches: [rowsToBatch(doublingInput, [])] })
    assert.deepEqual(rowsOf(doublingOutput, noRows.batches), [])
    const bundle = await scene.bundle('./stages/total.ts')
    const command = stageCommand(totalOutput, { stage: 'total', bundle, params: {}, kind: 'aggregate' })
    const sum = await worker.run({ command, batches: [], schema: totalInput })
    assert.deepEqual(rowsOf(totalOutput, sum.batches), [{ sum: 0, batches: 0, path: '' }])
  })
}

test('carried columns follow the output unchanged, and the stage does not see them', async t => {
  const worker = await WorkerUnderTest.start(t, { launcher })
  const key = { key: column('text', 'key'), more: column('vector', 'numbers') }
  const given = rows.map(({ id, number }) => ({
    id,
    number,
    key: `key of ${id}`,
    more: Float32Array.of(number, -1),
  }))
  const input = { key: key.key, id: doublingInput.id, number: doublingInput.number, more: key.more }
  const command = stageCommand(doublingOutput, { bundle: doubling, params: { log }, carry: ['more', 'key'] })
  const result = await worker.run({ command, batches: inBatches(input, given, 16) })
  const names = result.batches[0]?.schema.names
  assert.deepEqual(names, ['id', 'doubled', 'problem', 'more', 'key'])
  const expected = given.map((row, index) => ({ ...doubled[index], more: row.more, key: row.key }))
  assert.deepEqual(rowsOf({ ...doublingOutput, more: key.more, key: key.key }, result.batches), expected)
})

test('an aggregate gives any number of rows, need not read all, and gets its files', async t => {
  const bundle = await scene.bundle('./stages/total.ts')
  const worker = await WorkerUnderTest.start(t, { launcher })
  const connection = await worker.connect()
  await writeFile(join(scene.folder, 'data'), '')
  for (const [atMost, sum] of [
    [undefined, 780],
    [2, 91],
  ]) {
    const command = stageCommand(totalOutput, {
      stage: 'total',
      bundle,
      params: { atMost },
      files: { path: 'data' },
      kind: 'aggregate',
    })
    const result = await connection.run({ line: '4.0', command, batches, filesFolder: scene.folder })
    const path = join(scene.folder, 'data')
    assert.deepEqual(rowsOf(totalOutput, result.batches), [{ sum, batches: atMost ?? 6, path }])
  }
})

test('a bundle is found among the files of the job', async t => {
  const worker = await WorkerUnderTest.start(t, { launcher })
  const [, folder = '', name = ''] = /^(.*)\/(.*)$/.exec(doubling) ?? []
  const command = stageCommand(doublingOutput, { bundle: name, params: { log } })
  const result = await worker.run({ command, batches, filesFolder: folder })
  assert.deepEqual(rowsOf(doublingOutput, result.batches), doubled)
})

test('a thread serves one task after the other and keeps what its stage opened; tasks at once get threads of their own', async t => {
  const worker = await WorkerUnderTest.start(t, { launcher })
  const where = async (task: object = {}, params: object = {}) => {
    const result = await worker.run({ command: tellingCommand(params), batches: tellingRows, ...task })
    const [row] = rowsOf(tellingOutput, result.batches)
    assert.ok(row)
    return row
  }
  const first = await where()
  assert.deepEqual(await where(), first)
  assert.equal(first.process, worker.pid)
  assert.equal(first.opened, 1)
  const waitFor = join(scene.folder, 'go')
  const waiting = join(scene.folder, 'waiting')
  const together = [{}, {}, { gpu: '1' }, { gpu: '1' }, { gpu: '0' }].map(task =>
    where(task, { waitFor, waiting }),
  )
  await until('all of them wait', () => existsSync(waiting) && statSync(waiting).size === together.length)
  await writeFile(waitFor, '')
  const [a, b, c, d, e] = await Promise.all(together)
  assert.equal(new Set([a, b, c, e].map(row => row?.thread)).size, 4)
  assert.deepEqual(c, d, 'tasks on one GPU share a thread and its model')
  assert.deepEqual([c?.gpu, e?.gpu, a?.gpu], ['1', '0', null])
})

test('large batches arrive whole, whatever the pieces they come in', async t => {
  const bundle = await scene.bundle('./stages/measuring.ts')
  const worker = await WorkerUnderTest.start(t, { launcher })
  const command = stageCommand(measuringOutput, { stage: 'measuring', bundle, params: {} })
  const sizes = [0, 1, 65_535, 65_536, 65_537, 3_000_000, 5, 131_072]
  const blobs = sizes.map((size, at) => ({ blob: Buffer.alloc(size, at + 1) }))
  const given = [blobs, blobs.toReversed(), [], blobs.slice(2, 3)]
  const result = await worker.run({ command, batches: given.map(rows => rowsToBatch(measuringInput, rows)) })
  const found = rowsOf(measuringOutput, result.batches)
  assert.equal(found.length, given.flat().length)
  for (const [at, { blob }] of given.flat().entries()) {
    assert.equal(found[at]?.length, blob.length)
    assert.equal(found[at]?.sum, blob.length * (blob[0] ?? 0))
    assert.ok(blob.equals(found[at]?.blob ?? Buffer.of(1, 2)))
  }
})
