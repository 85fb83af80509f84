import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { daysInMonth, parseDayOfMonth, parseDayOfWeek } from '../../../jobs/define/cronDays.ts'

/** By day-of-month, or by day-of-week. */
function days(field: 'month' | 'week', text: string, year: number, month: number): readonly number[] {
  const parsed = field === 'month' ? parseDayOfMonth(text) : parseDayOfWeek(text)
  assert.ok(parsed !== null, text)
  return daysInMonth(parsed, year, month)
}

// August 2026 begins on a Saturday and ends on a Monday, February has 28 days from a Sunday on, May ends on a Sunday.
const table: [field: 'month' | 'week', text: string, month: number, expected: number[]][] = [
  ['month', 'L', 2, [28]],
  ['month', 'L', 8, [31]],
  ['month', 'LW', 2, [27]],
  ['month', 'LW', 5, [29]],
  ['month', 'LW', 8, [31]],
  ['month', '1W', 8, [3]],
  ['month', '1W', 2, [2]],
  ['month', '15W', 8, [14]],
  ['month', '16W', 8, [17]],
  ['month', '31W', 5, [29]],
  ['month', '31W', 2, []],
  ['month', '29,30', 2, []],
  ['week', 'L', 8, [1, 8, 15, 22, 29]],
  ['week', '6L', 8, [28]],
  ['week', '7L', 8, [29]],
  ['week', '1L', 5, [31]],
  ['week', '6#3', 8, [21]],
  ['week', '7#1', 8, [1]],
  ['week', 'SAT#5', 8, [29]],
  ['week', 'SUN#5', 2, []],
  ['week', 'SAT-SAT', 8, [1, 8, 15, 22, 29]],
  ['week', 'MON,FRI', 2, [2, 6, 9, 13, 16, 20, 23, 27]],
]

test('days in 2026, counted on a calendar', () => {
  for (const [field, text, month, expected] of table)
    assert.deepEqual(days(field, text, 2026, month), expected, `${text} in month ${month}`)
  assert.deepEqual(days('month', 'L', 2028, 2), [29])
  assert.deepEqual(days('month', 'L', 2100, 2), [28])
})

const [year, month, weekday] = [
  fc.integer({ min: 1970, max: 2199 }),
  fc.integer({ min: 1, max: 12 }),
  fc.integer({ min: 1, max: 7 }),
]

test('the days of a week in a month are its firsts to fifths, and the last is the last of them', () => {
  fc.assert(
    fc.property(year, month, weekday, (year, month, weekday) => {
      const all = days('week', String(weekday), year, month)
      assert.deepEqual(
        [1, 2, 3, 4, 5].flatMap(nth => days('week', `${weekday}#${nth}`, year, month)),
        all,
      )
      assert.deepEqual(days('week', `${weekday}L`, year, month), all.slice(-1))
      assert.ok(all.every(day => new Date(Date.UTC(year, month - 1, day)).getUTCDay() === weekday - 1))
    }),
  )
})

test('the weekday nearest a day is at most two days from it, and no weekday of the month is nearer', () => {
  fc.assert(
    fc.property(year, month, fc.integer({ min: 1, max: 28 }), (year, month, day) => {
      const [nearest = Number.NaN] = days('month', `${day}W`, year, month)
      const distances = days('week', 'MON-FRI', year, month).map(other => Math.abs(other - day))
      assert.equal(Math.abs(nearest - day), Math.min(...distances))
      assert.ok(days('week', 'MON-FRI', year, month).includes(nearest))
    }),
  )
})
