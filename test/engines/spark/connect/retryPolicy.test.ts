import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hopeful, patient, pauseAfter } from '../../../../engines/spark/connect/retryPolicy.ts'

test('pauses grow by the factor up to the longest, then end', () => {
  const policy = {
    attempts: 6,
    firstPauseMilliseconds: 10,
    factor: 3,
    longestPauseMilliseconds: 200,
    jitter: 0,
  }
  const pauses = [1, 2, 3, 4, 5, 6].map(failed => pauseAfter(policy, failed))
  assert.deepEqual(pauses, [10, 30, 90, 200, 200, undefined])
})

test('jitter shortens a pause by its share at most', () => {
  const policy = {
    attempts: 2,
    firstPauseMilliseconds: 100,
    factor: 1,
    longestPauseMilliseconds: 100,
    jitter: 0.25,
  }
  assert.equal(
    pauseAfter(policy, 1, () => 0),
    100,
  )
  assert.equal(
    pauseAfter(policy, 1, () => 1),
    75,
  )
})

for (const [name, policy, least, most] of [
  ['patient', patient, 420, 700],
  ['hopeful', hopeful, 4, 10],
] as const) {
  test(`the ${name} policy gives up after ${least} to ${most} seconds`, () => {
    for (const random of [() => 0, () => 1]) {
      let seconds = 0
      for (let failed = 1; ; failed += 1) {
        const pause = pauseAfter(policy, failed, random)
        if (pause === undefined) break
        seconds += pause / 1000
      }
      assert.ok(seconds >= least && seconds <= most, `${seconds} s`)
    }
  })
}
