import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import test from 'node:test'
import { HubError } from '../../../base/HubError.ts'
import { launcherText } from '../../../engines/spark/bundle/launcherText.ts'
import { workerArchive } from '../../../engines/spark/bundle/workerArchive.ts'
import { sparkForTests } from '../../support/spark.ts'
import { startSparkCluster } from '../../support/sparkCluster.ts'
import { testSparkEngine } from '../../support/sparkEngine.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { numberRows, runDoubling } from '../local/doublingRun.ts'
import { untilIdle } from './faultScene.ts'

const line = '4.0'
const { skip } = await sparkForTests([line])

test('a cluster that gives no executor, or none that comes up, is told', { skip }, async t => {
  const cluster = await startSparkCluster(t, { line, workers: 1, cores: 1, memory: '700m' })
  const { master } = cluster
  const run = async (conf: Readonly<Record<string, string>>) => {
    const engine = await testSparkEngine(t, { line, master, conf, executorSeconds: 20 })
    try {
      await runDoubling({ engine, folder: await temporaryFolder(t), rows: numberRows(4) })
    } finally {
      await engine[Symbol.asyncDispose]()
      await untilIdle(cluster)
    }
  }
  await assert.rejects(run({ 'spark.executor.memory': '64g' }), {
    code: 'no_executors',
    message: /within 20 s/,
    hint: /spark\.executor\.memory/,
  })
  // The master gives the application up after ten of them.
  await assert.rejects(run({ 'spark.executor.extraJavaOptions': '-agentlib:no_such_agent' }), {
    code: /no_executors|spark_server_died|spark_failed/,
  })
})

test('workers for another platform are told as such', { skip }, async t => {
  const cacheFolder = await temporaryFolder(t)
  const { launcher } = await workerArchive({ cacheFolder })
  const other = process.arch === 'arm64' ? 'linux-x64' : 'linux-arm64'
  await writeFile(launcher, launcherText(other))
  const engine = await testSparkEngine(t, { line, cacheFolder })
  await assert.rejects(
    runDoubling({ engine, folder: await temporaryFolder(t), rows: numberRows(8) }),
    (error: HubError) => {
      assert.ok(error instanceof HubError, String(error))
      assert.equal(error.code, 'worker_not_started', error.message)
      assert.ok(error.message.includes(`this worker archive is for ${other}`), error.message)
      return true
    },
  )
})
