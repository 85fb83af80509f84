import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { runProcess } from './support/commandLine.ts'
import { temporaryFolder } from './support/temporaryFolder.ts'

test('a command that fills the disk says so, and ends once there is space, with the same tables', async t => {
  const folder = await temporaryFolder(t)
  const mount = `mount -t tmpfs -o size=3m none ${folder} && exec "$@"`
  const onSmallDisk = (...command: readonly string[]) =>
    runProcess('unshare', ['--map-root-user', '--mount', 'sh', '-c', mount, 'sh', ...command])
  const allowed = await onSmallDisk('true').catch(() => ({ code: null }))
  if (allowed.code !== 0) return t.skip('mounting a small file system is not allowed')
  const scenario = join(import.meta.dirname, 'support/fullDisk.ts')
  const { code, stdout, stderr } = await onSmallDisk(process.execPath, scenario, folder)
  assert.equal(code, 0, stderr)
  for (const command of ['ingest', 'featurize', 'train', 'predict'])
    assert.match(stdout, new RegExp(`^${command} with`, 'm'), 'the disk was full at least once')
})
