import assert from 'node:assert/strict'
import test from 'node:test'
import { parseSchedule } from '../../../jobs/define/parseSchedule.ts'
import type { ScheduleExpression } from '../../../jobs/define/ScheduleExpression.ts'

// What these hold besides is for the compiler: a line that it should refuse and does not is an error.

test('what compiles as a schedule and should is one', () => {
  const schedules: ScheduleExpression[] = [
    'cron(0 3 * * ? *)',
    'cron(0/15 8-18 ? * MON-FRI 2026-2030)',
    'rate(1 minute)',
    'rate(1 hour)',
    'rate(1 day)',
    'rate(5 minutes)',
    'rate(12 hours)',
    'rate(7 days)',
    'at(2026-12-24T18:00:00)',
  ]
  for (const schedule of schedules) assert.doesNotThrow(() => parseSchedule(schedule), schedule)
})

test('obvious mistakes do not compile', () => {
  const schedules: ScheduleExpression[] = [
    // @ts-expect-error five fields, as in a crontab
    'cron(0 3 * * ?)',
    // @ts-expect-error no cron() about it
    '0 3 * * ? *',
    // @ts-expect-error not closed
    'cron(0 3 * * ? *',
    // @ts-expect-error several hours
    'rate(2 hour)',
    // @ts-expect-error a unit that there is not
    'rate(2 weeks)',
    // @ts-expect-error a number in words
    'rate(two hours)',
    // @ts-expect-error a date without a time
    'at(2026-12-24)',
    // @ts-expect-error a space in place of the T
    'at(2026-12-24 18:00:00)',
    // @ts-expect-error a zone
    'at(2026-12-24T18:00:00Z)',
    // @ts-expect-error nothing
    '',
  ]
  for (const schedule of schedules)
    assert.throws(() => parseSchedule(schedule), { code: 'bad_schedule', fault: 'user' }, schedule)
})

test('what the compiler cannot see is left to parseSchedule', () => {
  const schedules: ScheduleExpression[] = [
    'cron(60 3 * * ? *)',
    'cron(0 3 * * ? * *)',
    'rate(1 hours)',
    'rate(1.5 hours)',
    'at(2026-02-31T00:00:00)',
  ]
  for (const schedule of schedules)
    assert.throws(() => parseSchedule(schedule), { code: 'bad_schedule', fault: 'user' }, schedule)
})
