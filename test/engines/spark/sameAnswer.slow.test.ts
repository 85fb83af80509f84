import assert from 'node:assert/strict'
import test from 'node:test'
import { smallHub } from '../../operations/smallHub.ts'
import { sharedFolder } from '../../support/shared.ts'
import { sparkForTests } from '../../support/spark.ts'
import { startSparkCluster } from '../../support/sparkCluster.ts'
import { testSparkEngine } from '../../support/sparkEngine.ts'
import { compareOnSpark, contents } from './compareOnSpark.ts'

const { skip } = await sparkForTests()

for (const line of ['4.0', '3.5'] as const)
  test(`every pipeline gives the same tables on Spark ${line} as on the local engine`, { skip }, async t => {
    await compareOnSpark(t, { line })
  })

test('every pipeline gives the same tables on a standalone cluster, to which everything is sent', {
  skip,
}, async t => {
  const cluster = await startSparkCluster(t, { line: '4.0', workers: 2, cores: 1 })
  await compareOnSpark(t, { line: '4.0', master: cluster.master })
})

test('bad and odd files end in the same verdicts on Spark as on the local engine', { skip }, async t => {
  const photos = sharedFolder(t, 'data/bad_and_odd')
  if (photos === undefined) return
  const local = await smallHub(t, { photos })
  await local.ingest()
  const onSpark = await smallHub(t, { photos, engine: await testSparkEngine(t, { line: '4.0' }) })
  await onSpark.ingest()
  assert.deepEqual(await contents(onSpark), await contents(local))
})
