import assert from 'node:assert/strict'
import test from 'node:test'
import { sparkForTests } from '../../support/spark.ts'
import { testSparkEngine } from '../../support/sparkEngine.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { numberRows, runDoubling } from '../local/doublingRun.ts'

const { skip } = await sparkForTests(['4.0'])

test('a stage that hangs over a row each time gives a reason for it, and the other rows', {
  skip,
}, async t => {
  const run = await runDoubling({
    engine: await testSparkEngine(t, { line: '4.0', stageSeconds: 10 }),
    folder: await temporaryFolder(t),
    rows: numberRows(8),
    faults: { 'row 5': 'hang' },
  })
  assert.deepEqual(
    run.rows.filter(({ problem }) => problem !== null),
    [{ id: 'row 5', doubled: null, problem: 'a worker process gave nothing for 10 s' }],
  )
  assert.equal(run.rows.length, 8)
})
