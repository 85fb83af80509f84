import { userError } from '../../base/HubError.ts'
import { type CronDays, parseDayOfMonth, parseDayOfWeek } from './cronDays.ts'
import { allowedIn, type CronField, cronFields, cronValues } from './cronFields.ts'

/** Each field's values, ascending. */
export interface CronSchedule {
  readonly kind: 'cron'
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly days: CronDays
  readonly months: readonly number[]
  readonly years: readonly number[]
}

export type Schedule =
  | CronSchedule
  | { readonly kind: 'rate'; readonly minutes: number }
  /** Year, month, day, hours, minutes and seconds in the schedule's time zone, as if in UTC. */
  | { readonly kind: 'at'; readonly local: Date }

const minutesOf = { minute: 1, hour: 60, day: 1440 } as const
/** Of EventBridge Scheduler. */
const mostCharacters = 256

/**
 * Reads a schedule by EventBridge Scheduler's rules.
 * @throws HubError `bad_schedule` that names the field, the value given and what is allowed
 */
export function parseSchedule(expression: string): Schedule {
  if (expression.length > mostCharacters)
    throw badSchedule(
      `${expression.slice(0, 40)}…`,
      `has ${expression.length} characters`,
      `at most ${mostCharacters}`,
    )
  const [, kind, inside = ''] = /^(cron|rate|at)\((.*)\)$/s.exec(expression) ?? []
  if (kind === 'cron') return parseCron(expression, inside)
  if (kind === 'rate') return parseRate(expression, inside)
  if (kind === 'at') return parseAt(expression, inside)
  throw badSchedule(
    expression,
    'is no schedule',
    'write cron(0 3 * * ? *), rate(12 hours) or at(2026-12-24T18:00:00)',
  )
}

function parseCron(expression: string, inside: string): CronSchedule {
  const given = inside.split(' ')
  const names = Object.keys(cronFields) as CronField[]
  if (given.length !== names.length || given.includes(''))
    throw badSchedule(
      expression,
      `has ${given.filter(Boolean).length} fields, or more than one space between them`,
      `give six: ${names.join(' ')}`,
    )
  const textOf = (field: CronField) => given[names.indexOf(field)] ?? ''
  const [ofMonth, ofWeek] = [textOf('day-of-month'), textOf('day-of-week')]
  if ((ofMonth === '?') === (ofWeek === '?'))
    throw badSchedule(
      expression,
      ofMonth === '?'
        ? 'has ? for both of day-of-month and day-of-week'
        : `has ${JSON.stringify(ofMonth)} for day-of-month and ${JSON.stringify(ofWeek)} for day-of-week, ? for neither`,
      'give one of them, and ? for the other',
    )
  const read = <Value>(field: CronField, parse: (text: string) => Value | null): Value => {
    const value = parse(textOf(field))
    if (value !== null) return value
    throw badSchedule(expression, `has ${JSON.stringify(textOf(field))} for ${field}`, allowedIn(field))
  }
  const valuesOf = (field: CronField) => read(field, text => cronValues(field, text))
  return {
    kind: 'cron',
    minutes: valuesOf('minutes'),
    hours: valuesOf('hours'),
    days: ofWeek === '?' ? read('day-of-month', parseDayOfMonth) : read('day-of-week', parseDayOfWeek),
    months: valuesOf('month'),
    years: valuesOf('year'),
  }
}

function parseRate(expression: string, inside: string): Schedule {
  const [, count = '', unit, plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(inside) ?? []
  const value = Number(count)
  if (unit === undefined || value < 1 || (value === 1) !== (plural === ''))
    throw badSchedule(
      expression,
      `is no rate: it has ${JSON.stringify(inside)}`,
      'write rate(1 hour) or rate(12 hours): a whole number from 1 on, and minutes, hours or days, without s after 1',
    )
  return { kind: 'rate', minutes: value * minutesOf[unit as keyof typeof minutesOf] }
}

function parseAt(expression: string, inside: string): Schedule {
  const local = new Date(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inside) ? `${inside}Z` : Number.NaN)
  // 31 February would become 3 March.
  if (Number.isNaN(local.getTime()) || local.toISOString().slice(0, 19) !== inside)
    throw badSchedule(
      expression,
      `is no time that there is: it has ${JSON.stringify(inside)}`,
      'write at(yyyy-mm-ddThh:mm:ss), without a zone',
    )
  return { kind: 'at', local }
}

function badSchedule(expression: string, problem: string, allowed: string) {
  return userError('bad_schedule', `the schedule ${expression} ${problem}`, allowed)
}
