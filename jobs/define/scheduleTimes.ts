import { daysInMonth } from './cronDays.ts'
import type { CronSchedule, Schedule } from './parseSchedule.ts'
import type { TimeZone } from './timeZone.ts'

const minuteMs = 60_000
const dayMs = 1440 * minuteMs
/** When the years of cron expressions end. */
const end = Date.UTC(2200, 0, 1)

/**
 * The instants of a schedule after one (exclusive) and from a start on (inclusive), ascending, in milliseconds since 1970 UTC; none is after
 * the year 2199, so it ends.
 *
 * Where clocks change, as AWS documents for cron (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time):
 * a time that clocks leave out is skipped; one that they show twice runs once, before they are put back. AWS shows that for a daily schedule;
 * that one of every few minutes pauses for the repeated hour, and that `at` is skipped like cron, is inferred. A rate knows no clocks: a day
 * is 24 hours.
 */
export function* scheduleTimes(
  schedule: Schedule,
  zone: TimeZone,
  after: number,
  start: number,
): Generator<number, void> {
  if (schedule.kind === 'rate') {
    const step = schedule.minutes * minuteMs
    const first = start > after ? start : start + (Math.floor((after - start) / step) + 1) * step
    for (let time = first; time < end; time += step) yield time
  } else if (schedule.kind === 'at') {
    // Scheduler ignores the start of what happens once.
    const time = zone.instantOf(schedule.local.getTime())
    if (time !== null && time > after) yield time
  } else yield* cronTimes(schedule, zone, Math.max(after, start - 1))
}

function* cronTimes(
  { minutes, hours, days, months, years }: CronSchedule,
  zone: TimeZone,
  after: number,
): Generator<number, void> {
  const local = zone.localOf(after)
  const firstYear = new Date(local).getUTCFullYear()
  for (const year of years)
    if (year >= firstYear)
      for (const month of months)
        for (const day of daysInMonth(days, year, month)) {
          const midnight = Date.UTC(year, month - 1, day)
          if (midnight + dayMs <= local) continue
          for (const hour of hours)
            for (const minute of minutes) {
              const time = zone.instantOf(midnight + (hour * 60 + minute) * minuteMs)
              if (time !== null && time > after) yield time
            }
        }
}
