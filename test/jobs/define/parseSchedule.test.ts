import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseSchedule } from '../../../jobs/define/parseSchedule.ts'

test('what EventBridge Scheduler takes is taken', () => {
  const good = [
    'cron(0 3 * * ? *)',
    'cron(0/15 8-18 ? * MON-FRI *)',
    'cron(0,30 6 1,15 JAN-MAR,jul ? 2026-2030)',
    'cron(0 0 L * ? *)',
    'cron(0 0 15W * ? *)',
    'cron(0 0 LW * ? *)',
    'cron(0 0 ? * 6L *)',
    'cron(0 0 ? * FRI#3 *)',
    'cron(*/5 * ? * L 2199)',
    'cron(0 0 29 2 ? *)',
    'cron(0 0 31 2,3 ? *)',
    'rate(1 minute)',
    'rate(12 hours)',
    'rate(7 days)',
    'at(2028-02-29T23:59:59)',
  ]
  for (const expression of good) assert.doesNotThrow(() => parseSchedule(expression), expression)
  assert.deepEqual(parseSchedule('rate(12 hours)'), { kind: 'rate', minutes: 720 })
  assert.deepEqual(parseSchedule('at(2028-02-29T23:59:59)'), {
    kind: 'at',
    local: new Date('2028-02-29T23:59:59Z'),
  })
})

test('what it refuses is refused, with the field, the value and what is allowed', () => {
  const bad: [expression: string, message: RegExp][] = [
    ['0 3 * * *', /is no schedule/],
    ['cron(0 3 * * ?)', /has 5 fields/],
    ['cron(0  3 * * ? *)', /more than one space/],
    ['cron(0 3 * * * *)', /\? for neither/],
    ['cron(0 3 ? * ? *)', /\? for both/],
    ['cron(60 3 * * ? *)', /"60" for minutes/],
    ['cron(0 24 * * ? *)', /"24" for hours/],
    ['cron(0 3 0 * ? *)', /"0" for day-of-month/],
    ['cron(0 3 32W * ? *)', /"32W" for day-of-month/],
    ['cron(0 3 * 13 ? *)', /"13" for month/],
    ['cron(0 3 * JANUARY ? *)', /"JANUARY" for month/],
    ['cron(0 3 ? * 0 *)', /"0" for day-of-week/],
    ['cron(0 3 ? * MON#6 *)', /"MON#6" for day-of-week/],
    ['cron(0 3 ? * 15W *)', /"15W" for day-of-week/],
    ['cron(0 3 * * ? 1969)', /"1969" for year/],
    ['cron(30-10 3 * * ? *)', /"30-10" for minutes/],
    ['cron(0/0 3 * * ? *)', /"0\/0" for minutes/],
    ['cron(0/5/5 3 * * ? *)', /"0\/5\/5" for minutes/],
    ['cron(L 3 * * ? *)', /"L" for minutes/],
    ['rate(1 hours)', /is no rate/],
    ['rate(2 hour)', /is no rate/],
    ['rate(0 minutes)', /is no rate/],
    ['rate(1.5 hours)', /is no rate/],
    ['at(2026-02-31T00:00:00)', /is no time/],
    ['at(2026-02-03)', /is no time/],
    [`cron(${'0,'.repeat(200)}0 3 * * ? *)`, /has 4\d\d characters/],
  ]
  for (const [expression, message] of bad)
    assert.throws(
      () => parseSchedule(expression),
      { code: 'bad_schedule', message, fault: 'user' },
      expression,
    )
})

test('a day that no named month has never comes', () => {
  for (const expression of ['cron(0 0 30 2 ? *)', 'cron(0 0 31 4,6,9,11 ? *)'])
    assert.throws(() => parseSchedule(expression), { code: 'schedule_never_fires', fault: 'user' })
})

test('any numbers in their ranges are taken, any beyond them refused', () => {
  const cron = (minute: number, hour: number, day: number, month: number) =>
    `cron(${minute} ${hour} ${day} ${month} ? *)`
  const [minute, hour, day, month] = [
    fc.nat(59),
    fc.nat(23),
    fc.integer({ min: 1, max: 28 }),
    fc.integer({ min: 1, max: 12 }),
  ]
  fc.assert(
    fc.property(minute, hour, day, month, (...fields) => {
      assert.equal(parseSchedule(cron(...fields)).kind, 'cron')
    }),
  )
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 9999 }), hour, day, month, (...fields) => {
      assert.throws(() => parseSchedule(cron(...fields)), { code: 'bad_schedule' })
    }),
  )
})
