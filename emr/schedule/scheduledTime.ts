/**
 * What Scheduler replaces by the time that a start was scheduled for, as in 2022-03-22T18:59:43Z, before it calls EMR: hence EMR's rule that a
 * Name has no < or > is kept. The same for every attempt at one start, so what holds it tells a second one.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export const scheduledTime = '<aws.scheduler.scheduled-time>'

/** Puts it in place of every marker in the strings of a JSON value; names of members stay. */
export function placeScheduledTime(value: unknown, marker: string): unknown {
  if (typeof value === 'string') return value.replaceAll(marker, scheduledTime)
  if (Array.isArray(value)) return value.map(item => placeScheduledTime(item, marker))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, placeScheduledTime(item, marker)]),
  )
}
