import assert from 'node:assert/strict'
import test from 'node:test'
import { HubError } from '../../base/HubError.ts'
import { backoff, defaultRetryPolicy, type RetryPolicy, retry } from '../../storage/retryPolicy.ts'

const policy: RetryPolicy = {
  attempts: 5,
  baseMilliseconds: 100,
  capMilliseconds: 300,
  attemptTimeoutMilliseconds: 0,
}
const unavailable = () => new HubError({ code: 'storage_unavailable', message: 'away', hint: 'wait' })

test('waits double up to the cap, times a random part of it', async () => {
  const waits: number[] = []
  const operation = async () => Promise.reject(unavailable())
  const sleep = async (milliseconds: number) => {
    waits.push(milliseconds)
  }
  await assert.rejects(retry(policy, operation, { random: () => 0.5, sleep }), {
    code: 'storage_unavailable',
  })
  assert.deepEqual(waits, [50, 100, 150, 150])
})

test('the default policy waits 23 seconds in the mean before it gives up', () => {
  let mean = 0
  for (let failures = 1; failures < defaultRetryPolicy.attempts; failures += 1) {
    mean += backoff(defaultRetryPolicy, failures, () => 0.5)
  }
  assert.ok(mean > 22_000 && mean < 24_000, String(mean))
})

test('the last error keeps its code, hint and cause and says how often it was tried', async () => {
  const zero = { ...policy, baseMilliseconds: 0 }
  await assert.rejects(
    retry(zero, () => Promise.reject(unavailable())),
    {
      code: 'storage_unavailable',
      message: 'away (gave up after 5 attempts)',
      hint: 'wait',
    },
  )
})

test('errors that will not pass are thrown at once', async () => {
  let calls = 0
  const denied = new HubError({ code: 'access_denied', message: 'no' })
  await assert.rejects(
    retry(policy, async () => {
      calls += 1
      throw denied
    }),
    denied,
  )
  assert.equal(calls, 1)
})

test('an attempt that hangs is aborted after its time and tried again', async () => {
  const hurried = { ...policy, baseMilliseconds: 0, attemptTimeoutMilliseconds: 20 }
  const aborted: boolean[] = []
  const answer = await retry(hurried, async (signal, attempt) => {
    if (attempt === 3) return 'third'
    signal.addEventListener('abort', () => aborted.push(true))
    return new Promise<string>(() => {})
  })
  assert.equal(answer, 'third')
  assert.equal(aborted.length, 2)
})

test('the caller may abort an attempt or a wait, and its reason is thrown', async () => {
  const reason = new Error('stop')
  const slow = { ...policy, baseMilliseconds: 60_000, capMilliseconds: 60_000 }
  for (const operation of [() => new Promise(() => {}), () => Promise.reject(unavailable())]) {
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 10)
    await assert.rejects(retry(slow, operation, { signal: controller.signal, random: () => 1 }), reason)
  }
  let called = false
  const operation = async () => {
    called = true
  }
  await assert.rejects(retry(policy, operation, { signal: AbortSignal.abort(reason) }), reason)
  assert.equal(called, false)
})
