import test from 'node:test'
import { sparkForTests } from '../../support/spark.ts'
import { startSparkCluster } from '../../support/sparkCluster.ts'
import { compareOnSpark } from './compareOnSpark.ts'

const { skip } = await sparkForTests()

test('every pipeline gives the same tables on Spark 3.5 as on the local engine', { skip }, async t => {
  await compareOnSpark(t, { line: '3.5' })
})

test('every pipeline gives the same tables on a standalone cluster, to which everything is sent', {
  skip,
}, async t => {
  const cluster = await startSparkCluster(t, { line: '4.0', workers: 2, cores: 1 })
  await compareOnSpark(t, { line: '4.0', master: cluster.master })
})
