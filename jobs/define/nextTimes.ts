import { userError } from '../../base/HubError.ts'
import { parseSchedule } from './parseSchedule.ts'
import { scheduleTimes } from './scheduleTimes.ts'
import { timeZone } from './timeZone.ts'

export interface NextTimesOptions {
  /** Exclusive. */
  readonly after: Date
  /** IANA name of the time zone that the schedule is in. @default 'UTC' */
  readonly timezone?: string
  /** The schedule's StartDate, inclusive: where a rate counts from. @default `after` */
  readonly start?: Date
}

/**
 * The times at which EventBridge Scheduler starts a schedule, ascending, one by one; a cron's end with the year 2199.
 * @throws HubError `bad_schedule`, `bad_timezone`; with the first step, `schedule_never_fires`
 */
export function nextTimes(
  expression: string,
  { after, timezone = 'UTC', start = after }: NextTimesOptions,
): Generator<Date, void> {
  const times = scheduleTimes(parseSchedule(expression), timeZone(timezone), after.getTime(), start.getTime())
  return some(times, () =>
    userError(
      'schedule_never_fires',
      `${expression} in ${timezone} never comes after ${after.toISOString()}`,
      'give days that its months have, a time that clocks show, and a year that is to come',
    ),
  )
}

function* some(times: Iterable<number>, none: () => Error): Generator<Date, void> {
  let any = false
  for (const time of times) {
    any = true
    yield new Date(time)
  }
  if (!any) throw none()
}
