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
    ['cron(0/60 3 * * ? *)', /"0\/60" for minutes/],
    ['cron(0/5/5 3 * * ? *)', /"0\/5\/5" for minutes/],
    ['cron(L 3 * * ? *)', /"L" for minutes/],
    ['cron(? 3 * * ? *)', /"\?" for minutes/],
    ['cron(0 3 ? * 2/2 *)', /"2\/2" for day-of-week/],
    ['cron(0 3 ? * FRI-MON *)', /"FRI-MON" for day-of-week/],
    ['cron(0 3 ? * 3#1,6#3 *)', /"3#1,6#3" for day-of-week/],
    ['cron(0 3 1,L * ? *)', /"1,L" for day-of-month/],
    ['cron(0 3 L-3 * ? *)', /"L-3" for day-of-month/],
    ['cron(0 3 1,?,3 * ? *)', /"1,\?,3" for day-of-month/],
    ['cron(0 3 * * ? 2200)', /"2200" for year/],
    ['cron(0 3 * * ? 2026,)', /"2026," for year/],
    ['cron(-5 3 * * ? *)', /"-5" for minutes/],
    ['CRON(0 3 * * ? *)', /is no schedule/],
    [' cron(0 3 * * ? *)', /is no schedule/],
    ['rate(1 hours)', /is no rate/],
    ['rate(2 hour)', /is no rate/],
    ['rate(0 minutes)', /is no rate/],
    ['rate(1.5 hours)', /is no rate/],
    ['at(2026-02-31T00:00:00)', /is no time/],
    ['at(2026-02-03)', /is no time/],
    ['at(2026-02-03T24:00:00)', /is no time/],
    ['at(2026-02-03T03:00:00Z)', /is no time/],
    ['rate(-1 hours)', /is no rate/],
    ['rate(2 weeks)', /is no rate/],
    [`cron(${'0,'.repeat(200)}0 3 * * ? *)`, /has 4\d\d characters/],
  ]
  for (const [expression, message] of bad)
    assert.throws(
      () => parseSchedule(expression),
      { code: 'bad_schedule', message, fault: 'user' },
      expression,
    )
})

test('fields become their values: names, lists, ranges and steps', () => {
  const minutes = (field: string) => {
    const schedule = parseSchedule(`cron(${field} 3 * * ? *)`)
    return schedule.kind === 'cron' ? schedule.minutes : null
  }
  assert.deepEqual(minutes('10/15'), [10, 25, 40, 55])
  assert.deepEqual(minutes('*/25'), [0, 25, 50])
  assert.deepEqual(minutes('10-40/10'), [10, 20, 30, 40])
  assert.deepEqual(minutes('59,7,5-6,6'), [5, 6, 7, 59])
  assert.deepEqual(minutes('09'), [9])
  assert.deepEqual(parseSchedule('cron(0 3 ? feb-APR,12 mon-Wed,7 2027/100)'), {
    kind: 'cron',
    minutes: [0],
    hours: [3],
    days: { kind: 'daysOfWeek', days: [2, 3, 4, 7] },
    months: [2, 3, 4, 12],
    years: [2027, 2127],
  })
})

test('days in words of their own keep them', () => {
  const days = (ofMonth: string, ofWeek: string) => {
    const schedule = parseSchedule(`cron(0 3 ${ofMonth} * ${ofWeek} *)`)
    return schedule.kind === 'cron' ? schedule.days : null
  }
  assert.deepEqual(days('l', '?'), { kind: 'lastDay' })
  assert.deepEqual(days('15W', '?'), { kind: 'nearestWeekday', day: 15 })
  assert.deepEqual(days('LW', '?'), { kind: 'lastWeekday' })
  assert.deepEqual(days('?', 'L'), { kind: 'daysOfWeek', days: [7] })
  assert.deepEqual(days('?', '6L'), { kind: 'lastOfWeekday', day: 6 })
  assert.deepEqual(days('?', 'FRI#3'), { kind: 'nthOfWeekday', day: 6, nth: 3 })
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
