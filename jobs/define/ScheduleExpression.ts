/**
 * When a job runs by itself, as EventBridge Scheduler writes it (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html):
 * minutes, hours, day of the month, month, day of the week and year; or every so often; or once. What TypeScript cannot see, `parseSchedule`
 * checks: a field's values as literals would be millions of types.
 */
export type ScheduleExpression =
  | `cron(${string} ${string} ${string} ${string} ${string} ${string})`
  | 'rate(1 minute)'
  | 'rate(1 hour)'
  | 'rate(1 day)'
  | `rate(${number} ${'minutes' | 'hours' | 'days'})`
  | `at(${number}-${number}-${number}T${number}:${number}:${number})`
