import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import { smallHub } from '../operations/smallHub.ts'
import { runProcess } from '../support/commandLine.ts'
import { sparkForTests } from '../support/spark.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const main = join(import.meta.dirname, '../../examples/averageColour/main.ts')
const { skip } = await sparkForTests(['4.0'])

test("a stage of one's own gives the same colours on the local engine and on Spark", { skip }, async t => {
  const small = await smallHub(t)
  await small.ingest()
  const cwd = await temporaryFolder(t)
  const env = { ...process.env, IMAGEHUB_CACHE: defaultCacheFolder() }
  const lines = async (...args: readonly string[]) => {
    const hub = ['--hub', small.hub.storage.root]
    const { code, stdout, stderr } = await runProcess(process.execPath, [main, ...hub, ...args], { env, cwd })
    assert.equal(code, 0, stderr)
    return stdout.trim().split('\n').sort()
  }
  const local = await lines()
  assert.deepEqual(
    local.filter(line => line.includes('photos')),
    ['blue: 8 photos', 'red: 8 photos'],
  )
  assert.equal(local.filter(line => /^\w{16}\t\d+\.\d \d+\.\d \d+\.\d$/.test(line)).length, 16)
  assert.deepEqual(await lines('--master', 'local[2]'), local)
})
