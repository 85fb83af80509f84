import assert from 'node:assert/strict'
import test from 'node:test'
import { timesBetween } from '../../../jobs/define/timesBetween.ts'

const [from, to] = [new Date('2026-11-01T03:00Z'), new Date('2026-11-04T03:00Z')]

test('the first moment of a stretch belongs to it, the last does not', () => {
  const days = ['2026-11-01T03:00Z', '2026-11-02T03:00Z', '2026-11-03T03:00Z'].map(day => new Date(day))
  for (const expression of ['cron(0 3 * * ? *)', 'rate(1 day)'])
    assert.deepEqual(timesBetween(expression, { from, to }), days, expression)
  assert.deepEqual(timesBetween('cron(0 4 * * ? *)', { from, to, timezone: 'Europe/Berlin' }), days)
  const start = new Date('2026-10-01T12:00Z')
  assert.deepEqual(timesBetween('rate(2 days)', { from, to, start }), [new Date('2026-11-02T12:00Z')])
})

test('a stretch may hold no time at all', () => {
  assert.deepEqual(timesBetween('cron(0 0 29 2 ? *)', { from, to }), [])
  assert.deepEqual(timesBetween('cron(0 0 30 2 ? *)', { from, to }), [])
  assert.deepEqual(timesBetween('at(2026-10-01T00:00:00)', { from, to }), [])
  assert.deepEqual(timesBetween('cron(* * * * ? *)', { from, to: from }), [])
})

test('more times than allowed are an error, as many are not', () => {
  const minutely = { from, to: new Date(from.getTime() + 10 * 60_000) }
  assert.equal(timesBetween('cron(* * * * ? *)', { ...minutely, most: 10 }).length, 10)
  assert.throws(() => timesBetween('cron(* * * * ? *)', { ...minutely, most: 9 }), {
    code: 'too_many_times',
    message: /more than 9 times from 2026-11-01T03:00:00.000Z/,
    fault: 'user',
  })
})

test('a stretch that ends before it begins is refused', () => {
  assert.throws(() => timesBetween('rate(1 day)', { from: to, to: from }), { code: 'bad_time_range' })
  assert.throws(() => timesBetween('rate(1 day)', { from, to: new Date(Number.NaN) }), {
    code: 'bad_time_range',
  })
})
