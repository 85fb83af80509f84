import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { thisProcess } from '../../base/processIdentity.ts'
import { withFileLock } from '../../base/withFileLock.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

test('works of one lock follow each other, and whoever waits is told once', async t => {
  const folder = await temporaryFolder(t)
  const lock = join(folder, 'lock')
  let working = 0
  let waits = 0
  const work = async () => {
    working += 1
    assert.equal(working, 1)
    await sleep(300)
    working -= 1
  }
  const onWait = () => {
    waits += 1
  }
  await Promise.all([1, 2, 3].map(() => withFileLock({ lock, onWait }, work)))
  assert.equal(waits, 2)
  assert.deepEqual(await readdir(folder), [])
})

test('the lock of a process that is gone is taken over', async t => {
  const lock = join(await temporaryFolder(t), 'lock')
  await writeFile(lock, JSON.stringify({ ...thisProcess(), started: '1' }))
  assert.equal(await withFileLock({ lock }, async () => 'done'), 'done')
})

test('work that fails gives the lock back, and waiting can be ended', async t => {
  const lock = join(await temporaryFolder(t), 'lock')
  const failure = new Error('failed')
  await assert.rejects(
    withFileLock({ lock }, () => Promise.reject(failure)),
    failure,
  )
  const abort = new AbortController()
  await withFileLock({ lock }, async () => {
    const waiting = withFileLock({ lock, signal: abort.signal }, async () => {})
    abort.abort()
    await assert.rejects(waiting, { name: 'AbortError' })
  })
})
