import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { Log } from '../../../emr/diagnose/Log.ts'
import { logLocation, readLogs } from '../../../emr/diagnose/readLogs.ts'
import { openStorage } from '../../../storage/openStorage.ts'
import { type Scope, temporaryFolder } from '../../support/temporaryFolder.ts'

const app = 'containers/application_1_0001/container_1_0001_01_'

async function logsOf(test: Scope, files: readonly string[]) {
  const folder = await temporaryFolder(test)
  for (const file of files) {
    await mkdir(dirname(join(folder, 'j-1', file)), { recursive: true })
    await writeFile(join(folder, 'j-1', file), file)
  }
  const names = async (logs: AsyncIterable<Log>) =>
    (await Array.fromAsync(logs)).map(({ place, parts }) =>
      [place, ...parts.map(({ file }) => file.split('/j-1/')[1])].join(' '),
    )
  return { folder, names, logs: readLogs({ storage: openStorage(folder), clusterId: 'j-1' }) }
}

test('each kind of log is found in its place, the most telling first', async t => {
  const { logs, names } = await logsOf(t, [
    'steps/s-1/controller.gz',
    'steps/s-1/stderr.gz',
    'steps/s-1/stderr.2026-11-24-03.gz',
    'steps/s-1/syslog.gz',
    'steps/s-2/stderr.gz',
    `${app}000002/stderr.gz`,
    `${app}000001/stdout.gz`,
    `${app}000001/stderr.gz`,
    `${app}000011/stderr.gz`,
    'node/i-1/bootstrap-actions/2/stderr.gz',
    'node/i-1/bootstrap-actions/master.log.gz',
    'node/i-1/applications/hadoop-yarn/hadoop-yarn-nodemanager-ip.log.gz',
    'node/i-1/applications/spark/spark-history-server.out.gz',
    'node/i-1/provision-node/reports/0/a/puppet.log.gz',
  ])
  assert.deepEqual(await names(logs.ofStep('s-1')), [
    'step steps/s-1/stderr.2026-11-24-03.gz steps/s-1/stderr.gz',
    'step steps/s-1/syslog.gz',
    'step steps/s-1/controller.gz',
  ])
  assert.deepEqual(await names(logs.ofApplication('application_1_0001')), [
    `container ${app}000001/stderr.gz`,
    `container ${app}000001/stdout.gz`,
    `container ${app}000002/stderr.gz`,
    `container ${app}000011/stderr.gz`,
  ])
  assert.deepEqual(await names(logs.ofBootstrap()), ['bootstrap node/i-1/bootstrap-actions/2/stderr.gz'])
  assert.deepEqual(await names(logs.ofNodes()), [
    'node node/i-1/applications/hadoop-yarn/hadoop-yarn-nodemanager-ip.log.gz',
    'node node/i-1/provision-node/reports/0/a/puppet.log.gz',
  ])
})

test('what is not there is no log', async t => {
  const { logs, names } = await logsOf(t, ['steps/s-1/stderr'])
  assert.deepEqual(await names(logs.ofStep('s-9')), [])
  assert.deepEqual(await names(logs.ofBootstrap()), [])
})

test('no more logs and objects are looked at than allowed', async t => {
  const many = Array.from({ length: 40 }, (_, index) => `${app}0000${index + 10}/stderr`)
  const { folder, names } = await logsOf(t, many)
  const few = readLogs({ storage: openStorage(folder), clusterId: 'j-1', mostLogs: 5 })
  assert.equal((await names(few.ofApplication('application_1_0001'))).length, 5)
  const short = readLogs({ storage: openStorage(folder), clusterId: 'j-1', mostObjects: 7 })
  assert.equal((await names(short.ofApplication('application_1_0001'))).length, 7)
})

test("EMR's LogUris open as S3", () => {
  assert.equal(logLocation('s3n://logs/emr/'), 's3://logs/emr/')
  assert.equal(logLocation('s3://logs/emr'), 's3://logs/emr')
})
