import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { endWithin } from '../../../emr/driver/endWithin.ts'

test('work that ends has its own end, whether it was stopped or not', async () => {
  const stop = new AbortController()
  const options = { signal: stop.signal, milliseconds: 1000 }
  assert.equal(await endWithin(sleep(5, 'done'), options), 'done')
  const own = new Error('its own')
  await assert.rejects(endWithin(Promise.reject(own), options), own)
  stop.abort(new Error('stopped'))
  assert.equal(await endWithin(sleep(20, 'done all the same'), options), 'done all the same')
  await assert.rejects(endWithin(Promise.reject(own), options), own)
})

test('work that does not stop is left to itself, with the reason for which it was to stop', async () => {
  const stop = new AbortController()
  const reason = new Error('time is over')
  const stuck = Promise.withResolvers<void>()
  const waiting = endWithin(stuck.promise, { signal: stop.signal, milliseconds: 30 })
  await sleep(60)
  const began = performance.now()
  stop.abort(reason)
  await assert.rejects(waiting, reason)
  assert.ok(performance.now() - began >= 25)
  // What it does later is nobody's affair.
  stuck.reject(new Error('late'))
  await sleep(5)
})
