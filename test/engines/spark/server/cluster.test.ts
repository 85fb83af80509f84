import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectNumbers } from '../../../../engines/spark/collectNumbers.ts'
import { SparkSession } from '../../../../engines/spark/connect/SparkSession.ts'
import { sparkLines } from '../../../../engines/spark/setup/sparkLines.ts'
import { until } from '../../../support/processes.ts'
import { sparkForTests, startTestSpark } from '../../../support/spark.ts'
import { startSparkCluster } from '../../../support/sparkCluster.ts'

const spark = await sparkForTests()

for (const line of sparkLines) {
  test(`a cluster of Spark ${line} runs queries on all its workers`, { skip: spark.skip }, async t => {
    const cluster = await startSparkCluster(t, { line, workers: 2, cores: 1, memory: '700m' })
    const { master, isolation, workers } = cluster
    const server = await startTestSpark(t, { line, master, isolation })
    await until('both have an executor', () => workers.every(worker => worker.executors().length === 1))
    {
      await using session = await SparkSession.open({ address: server.address })
      const query = session.sql('SELECT sum(id) AS total FROM range(0, 1000000, 1, 8)')
      assert.deepEqual(await collectNumbers(query, ['total']), { total: 499_999_500_000 })
    }
    assert.deepEqual(await cluster.applications(), ['imagehub'])
    await server.stop()
    await until('the application ends', async () => (await cluster.applications()).length === 0)
    await until('its executors end', () => workers.every(worker => worker.executors().length === 0))
  })
}
