import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type RunLog, readRunLogs } from '../../../emr/logs/readRunLogs.ts'
import { type Scope, temporaryFolder } from '../../support/temporaryFolder.ts'
import { nameOf, submitting } from '../submit/submitting.ts'

async function logged(test: Scope, files: Readonly<Record<string, string | Uint8Array>>) {
  const { emr, store } = await submitting(test)
  const folder = await temporaryFolder(test)
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), content)
  }
  const step = { Id: 's-1', Name: nameOf('r1'), created: Date.now(), State: 'RUNNING' }
  const cluster = emr.cluster({ Id: 'j-1', Name: nameOf('r1'), LogUri: `${folder}/`, steps: [step] })
  const read = (which: RunLog) =>
    Array.fromAsync(
      readRunLogs({
        clients: emr.clients,
        store: store(),
        accepted: {
          at: '2026-11-25T03:00:00Z',
          clusterId: 'j-1',
          stepId: null,
          region: 'eu-central-1',
          adopted: false,
        },
        which,
      }),
    )
  return { cluster, folder, store: store(), read }
}

test('each log of the step is told as lines, its parts as one, without secrets and what a terminal obeys', async t => {
  const { read } = await logged(t, {
    'j-1/steps/s-1/stderr.2026-11-25-03.gz': gzipSync('first\nsecond '),
    'j-1/steps/s-1/stderr.gz': gzipSync('half\n\x1b[31mred\nkey AKIAIOSFODNN7EXAMPLE\n'),
    'j-1/steps/s-1/stdout': 'plain\n',
    'j-1/steps/s-2/controller.gz': gzipSync('of another step'),
  })
  assert.deepEqual(await read('stderr'), ['first', 'second half', '[31mred', 'key ***'])
  assert.deepEqual(await read('stdout'), ['plain'])
  await assert.rejects(read('controller'), { code: 'logs_not_there' })
})

test('the log of the driver is there without EMR', async t => {
  const { store, read } = await logged(t, {})
  await assert.rejects(read('driver'), { code: 'logs_not_there', message: /no driver.log yet/ })
  await store.writeLog('one\n\ntwo\n')
  assert.deepEqual(await read('driver'), ['one', '', 'two'])
})

test('a log that EMR has not copied yet is an error that says when it will, and what is there before', async t => {
  const { cluster, folder, read } = await logged(t, {})
  await assert.rejects(read('stderr'), {
    code: 'logs_not_there',
    fault: 'user',
    message: `there is no stderr of the step s-1 below ${folder}/ yet`,
    hint: /every five minutes.*driver.log is there at once/,
  })
  cluster.steps = []
  await assert.rejects(read('stderr'), { code: 'logs_not_there', message: /j-1 shows no step yet/ })
  cluster.LogUri = ''
  await assert.rejects(read('stderr'), { code: 'logs_not_there', message: /without a LogUri/ })
})
