import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { collectNumbers } from '../../../../engines/spark/collectNumbers.ts'
import { SparkSession } from '../../../../engines/spark/connect/SparkSession.ts'
import { installedSpark } from '../../../../engines/spark/server/InstalledSpark.ts'
import { startSparkServer } from '../../../../engines/spark/server/startSparkServer.ts'
import { sparkHome } from '../../../../engines/spark/setup/sparkHome.ts'
import { layOutInstalledSpark } from '../../../support/installedSpark.ts'
import { quick, sparkForTests } from '../../../support/spark.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'

const spark = await sparkForTests()
const { skip } = spark

test('a Spark that is installed is started by its own script, under its own settings and those that are given', {
  skip,
}, async t => {
  const folder = await temporaryFolder(t)
  const home = join(folder, 'spark')
  await layOutInstalledSpark(home, {
    line: '4.0',
    settings: {
      'spark.master': 'local[3]',
      'spark.sql.shuffle.partitions': '7',
      'spark.driver.memory': '640m',
      'spark.driver.extraJavaOptions': `-Dwho=installed ${quick.join(' ')}`,
    },
  })
  const installed = await installedSpark(home)
  assert.deepEqual([installed.version, installed.line, installed.hasConnect], ['4.0.1', '4.0', true])
  await using server = await startSparkServer({
    line: '4.0',
    installed,
    master: installed.settings['spark.master'] ?? '',
    conf: { 'spark.sql.shuffle.partitions': '5' },
    logFile: join(folder, 'spark.log'),
  })
  await using session = await SparkSession.open({ address: server.address })
  const names = ['spark.master', 'spark.sql.shuffle.partitions', 'spark.driver.memory'] as const
  assert.deepEqual(await session.config(names), {
    'spark.master': 'local[3]',
    'spark.sql.shuffle.partitions': '5',
    'spark.driver.memory': '640m',
  })
  const { 'spark.driver.extraJavaOptions': options = '' } = await session.config([
    'spark.driver.extraJavaOptions',
  ])
  assert.match(options, / -Dwho=installed .*-Dlog4j2\.configurationFile=/)
})

test('where an installed Spark 3.5 has no Connect server, a jar brings it', { skip }, async t => {
  const folder = await temporaryFolder(t)
  const home = join(folder, 'spark')
  await layOutInstalledSpark(home, {
    line: '3.5',
    settings: { 'spark.master': 'local[1]', 'spark.driver.extraJavaOptions': quick.join(' ') },
    without: /^spark-connect/,
  })
  const installed = await installedSpark(home)
  assert.deepEqual([installed.version, installed.hasConnect], ['3.5.7', false])
  const jar = join(await sparkHome({ line: '3.5' }), 'jars/spark-connect_2.12-3.5.7.jar')
  await using server = await startSparkServer({
    line: '3.5',
    installed,
    master: 'local[1]',
    conf: { 'spark.jars': jar },
    logFile: join(folder, 'spark.log'),
  })
  await using session = await SparkSession.open({ address: server.address })
  assert.deepEqual(await collectNumbers(session.sql('SELECT 6 * 7 AS answer'), ['answer']), { answer: 42 })
})

test('a folder without a Spark is refused, and said which part is missing', async t => {
  const folder = await temporaryFolder(t)
  await assert.rejects(installedSpark(folder), {
    code: 'spark_missing',
    message: /has no jars\/spark-core_/,
  })
  await mkdir(join(folder, 'jars'))
  await assert.rejects(installedSpark(join(folder, 'jars')), { code: 'spark_missing' })
})
