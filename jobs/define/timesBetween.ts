import { userError } from '../../base/HubError.ts'
import type { NextTimesOptions } from './nextTimes.ts'
import { parseSchedule } from './parseSchedule.ts'
import { scheduleTimes } from './scheduleTimes.ts'
import { timeZone } from './timeZone.ts'

export interface TimesBetweenOptions extends Omit<NextTimesOptions, 'after'> {
  /** Inclusive. */
  readonly from: Date
  /** Exclusive. */
  readonly to: Date
  /** The schedule's StartDate, inclusive: where a rate counts from. @default `from` */
  readonly start?: Date
  /** More times than that are an error. @default 1000 */
  readonly most?: number
}

/**
 * All times of a schedule in a stretch of time, ascending: what a backfill makes up for.
 * @throws HubError `bad_schedule`, `bad_timezone`, `bad_time_range`, `too_many_times`
 */
export function timesBetween(
  expression: string,
  { from, to, timezone = 'UTC', start = from, most = 1000 }: TimesBetweenOptions,
): readonly Date[] {
  const [schedule, zone] = [parseSchedule(expression), timeZone(timezone)]
  if (!(from <= to))
    throw userError(
      'bad_time_range',
      `from ${text(from)} to ${text(to)} is no stretch of time`,
      'end it later',
    )
  const times: Date[] = []
  for (const time of scheduleTimes(schedule, zone, from.getTime() - 1, start.getTime())) {
    if (time >= to.getTime()) break
    if (times.length === most)
      throw userError(
        'too_many_times',
        `${expression} in ${timezone} has more than ${most} times from ${text(from)} to ${text(to)}`,
        'take a shorter stretch of time, or allow more',
      )
    times.push(new Date(time))
  }
  return times
}

function text(time: Date): string {
  return Number.isNaN(time.getTime()) ? 'no time' : time.toISOString()
}
