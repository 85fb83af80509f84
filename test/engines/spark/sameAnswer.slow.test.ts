import test from 'node:test'
import { sparkForTests } from '../../support/spark.ts'
import { startSparkCluster } from '../../support/sparkCluster.ts'
import { compareOnSpark } from './compareOnSpark.ts'

const { skip } = await sparkForTests(['4.0'])

test('every pipeline gives the same tables on a standalone cluster, to which everything is sent', {
  skip,
}, async t => {
  const cluster = await startSparkCluster(t, { line: '4.0', workers: 2, cores: 1 })
  await compareOnSpark(t, { line: '4.0', master: cluster.master })
})
