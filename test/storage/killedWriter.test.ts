import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStorage } from '../../storage/openStorage.ts'
import type { Storage } from '../../storage/Storage.ts'
import { temporaryName, temporaryPrefix } from '../../storage/temporaryName.ts'
import { endWithUs } from '../support/endWithUs.ts'
import { s3ForTests } from '../support/s3Server.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const s3 = await s3ForTests()
const kills = 4

/** Kills a writer at different moments of its work; whatever is there afterwards is whole. */
async function killWriters(
  uri: string,
  storage: Storage,
  environment: Record<string, string>,
): Promise<void> {
  for (let round = 0; round < kills; round += 1) {
    const writer = endWithUs(
      spawn(process.execPath, [join(import.meta.dirname, 'endlessWriter.ts'), uri], {
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    )
    await once(writer.stdout, 'data')
    await sleep(round * 23)
    writer.kill('SIGKILL')
    await once(writer, 'exit')
  }
  let objects = 0
  for await (const { key, bytes } of storage.list()) {
    assert.match(key, /^(replaced\/\d|created\/\d+-\d+)$/)
    const contents = Buffer.from(await storage.read(key))
    assert.equal(contents.length, bytes)
    assert.ok(
      contents.equals(Buffer.alloc(bytes, contents.subarray(0, 1))),
      `${key} is of one writer, and whole`,
    )
    objects += 1
  }
  assert.ok(objects >= kills, `${objects} objects`)
}

test('kill -9 of writers leaves whole files, and nothing half-done in the listing', async t => {
  const folder = await temporaryFolder(t)
  const storage = openStorage(folder)
  await killWriters(folder, storage, {})
  await storage.sweep()
  const left = (await readdir(folder, { recursive: true })).filter(name => name.includes(temporaryPrefix))
  assert.deepEqual(left, [])
})

test('sweeping leaves alone what a living writer, or one on another machine, is writing', async t => {
  const folder = await temporaryFolder(t)
  const others = [temporaryName(), `${temporaryPrefix}00000000-1-x`]
  for (const name of others) await writeFile(join(folder, name), '')
  await openStorage(folder).sweep()
  assert.deepEqual((await readdir(folder)).sort(), others.sort())
})

test('kill -9 of writers leaves whole S3 objects, and nothing half-done in the listing', {
  skip: s3.skip,
}, async t => {
  const uri = `s3://${await s3.server.createBucket()}/hub`
  const storage = openStorage(uri, s3.server.options)
  t.after(() => storage.close())
  await killWriters(uri, storage, s3.server.environment)
})
