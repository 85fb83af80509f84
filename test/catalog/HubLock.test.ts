import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '../../base/HubError.ts'
import { thisProcess } from '../../base/processIdentity.ts'
import { HubLock } from '../../catalog/HubLock.ts'
import { openStorage } from '../../storage/openStorage.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'
import { killHolder } from './killedHolder.ts'

const isBusy = (thrown: unknown) => thrown instanceof HubError && thrown.code === 'hub_busy'

test('one run holds a lock at a time; others are told which run it is, until it is released', async t => {
  const storage = openStorage(await temporaryFolder(t))
  const lock = await HubLock.acquire(storage, 'ingest', 'run-1')
  await assert.rejects(HubLock.acquire(storage, 'ingest', 'run-2'), {
    code: 'hub_busy',
    fault: 'user',
    message: new RegExp(`run run-1 \\(process ${process.pid} on `),
  })
  const other = await HubLock.acquire(storage, 'featurize', 'run-3')
  await lock.release()
  const next = await HubLock.acquire(storage, 'ingest', 'run-4')
  assert.equal(next.deadRun, null)
  await next.release()
  await other.release()
})

test('the lock of a process that was killed is free at once, and names the run that died', async t => {
  const folder = await temporaryFolder(t)
  const storage = openStorage(folder)
  await killHolder(folder, 'ingest', 'run-1', () =>
    assert.rejects(HubLock.acquire(storage, 'ingest', 'run-2'), { code: 'hub_busy' }),
  )
  const lock = await HubLock.acquire(storage, 'ingest', 'run-3')
  assert.equal(lock.deadRun, 'run-1')
  await lock.release()
})

test('a holder on another machine is taken for dead only after a minute of silence; so is a damaged record', async t => {
  const storage = openStorage(await temporaryFolder(t))
  const beat = async (secondsAgo: number) =>
    await storage.write(
      'locks/ingest/0000000001.json',
      JSON.stringify({
        ...thisProcess(),
        place: 'elsewhere/boot/namespace',
        run_id: 'far',
        beat_at: new Date(Date.now() - 1000 * secondsAgo).toISOString(),
        released: false,
      }),
    )
  await beat(20)
  await assert.rejects(HubLock.acquire(storage, 'ingest', 'near'), {
    code: 'hub_busy',
    message: /far .* on elsewhere/,
  })
  await beat(70)
  const lock = await HubLock.acquire(storage, 'ingest', 'near')
  assert.equal(lock.deadRun, null, 'it may only be asleep')
  await lock.release()
  await storage.write('locks/ingest/0000000002.json', '')
  await (await HubLock.acquire(storage, 'ingest', 'next')).release()
})

test('of 16 contenders exactly one holds the lock at any time, and each gets it', async t => {
  const folder = await temporaryFolder(t)
  let holders = 0
  const contend = async (index: number) => {
    const storage = openStorage(folder)
    for (;;) {
      try {
        const lock = await HubLock.acquire(storage, 'ingest', `run-${index}`)
        holders += 1
        assert.equal(holders, 1)
        await sleep(Math.random() * 3)
        holders -= 1
        await lock.release()
        return
      } catch (thrown) {
        if (!isBusy(thrown)) throw thrown
        await sleep(Math.random() * 5)
      }
    }
  }
  await Promise.all(Array.from({ length: 16 }, (_, index) => contend(index)))
})
