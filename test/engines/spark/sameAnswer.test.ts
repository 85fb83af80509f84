import assert from 'node:assert/strict'
import test from 'node:test'
import { smallHub } from '../../operations/smallHub.ts'
import { sharedFolder } from '../../support/shared.ts'
import { sparkForTests } from '../../support/spark.ts'
import { testSparkEngine } from '../../support/sparkEngine.ts'
import { compareOnSpark, contents } from './compareOnSpark.ts'

const { skip } = await sparkForTests(['4.0'])

test('every pipeline gives the same tables on Spark 4.0 as on the local engine', { skip }, async t => {
  await compareOnSpark(t, { line: '4.0' })
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
