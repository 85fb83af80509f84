import { userError } from '../../base/HubError.ts'
import { type CronField, cronFields, parseCronField } from './cronFields.ts'

export type Schedule =
  | { readonly kind: 'cron'; readonly fields: Readonly<Record<CronField, string>> }
  | { readonly kind: 'rate'; readonly minutes: number }
  /** Year, month, day, hours, minutes and seconds in the schedule's time zone, as if in UTC. */
  | { readonly kind: 'at'; readonly local: Date }

const minutesOf = { minute: 1, hour: 60, day: 1440 } as const
/** Of EventBridge Scheduler. */
const mostCharacters = 256

/**
 * Reads a schedule by EventBridge Scheduler's rules.
 * @throws HubError `bad_schedule` that names the field, the value given and what is allowed; `schedule_never_fires`
 */
export function parseSchedule(expression: string): Schedule {
  if (expression.length > mostCharacters)
    throw badSchedule(
      expression.slice(0, 40),
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

function parseCron(expression: string, inside: string): Schedule {
  const given = inside.split(' ')
  if (given.length !== 6 || given.includes(''))
    throw badSchedule(
      expression,
      `has ${given.filter(Boolean).length} fields, or more than one space between them`,
      'give six: minutes hours day-of-month month day-of-week year',
    )
  const fields = Object.fromEntries(
    (Object.keys(cronFields) as CronField[]).map((name, index) => [name, given[index] ?? '']),
  ) as Record<CronField, string>
  const unsaid = [fields['day-of-month'], fields['day-of-week']].filter(field => field === '?')
  if (unsaid.length !== 1)
    throw badSchedule(
      expression,
      `has ? ${unsaid.length === 2 ? 'for both' : 'for neither'} of day-of-month and day-of-week`,
      'give one of them, and ? for the other',
    )
  for (const [name, text] of Object.entries(fields) as [CronField, string][]) {
    const problem = parseCronField(name, text)
    if (problem !== null) throw badSchedule(expression, `has ${JSON.stringify(text)} for ${name}`, problem)
  }
  neverFires(expression, fields)
  return { kind: 'cron', fields }
}

/** Days that a month can have at most. */
const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The 30th of February, and the like, where months and days are plain numbers. */
function neverFires(expression: string, fields: Readonly<Record<CronField, string>>): void {
  const numbers = (text: string) => (/^\d+(,\d+)*$/.test(text) ? text.split(',').map(Number) : null)
  const [days, months] = [numbers(fields['day-of-month']), numbers(fields.month)]
  if (days === null || months === null) return
  if (months.some(month => days.some(day => day <= (longest[month - 1] ?? 0)))) return
  throw userError(
    'schedule_never_fires',
    `${expression} never comes: no month ${months.join(', ')} has a day ${days.join(', ')}`,
    'L is the last day of a month',
  )
}

function parseRate(expression: string, inside: string): Schedule {
  const [, count = '', unit, plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(inside) ?? []
  const value = Number(count)
  if (unit === undefined || value < 1 || (value === 1) !== (plural === ''))
    throw badSchedule(
      expression,
      'is no rate',
      'write rate(1 hour) or rate(12 hours), of minutes, hours or days',
    )
  return { kind: 'rate', minutes: value * minutesOf[unit as keyof typeof minutesOf] }
}

function parseAt(expression: string, inside: string): Schedule {
  const local = new Date(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inside) ? `${inside}Z` : Number.NaN)
  // 31 February would become 3 March.
  if (Number.isNaN(local.getTime()) || local.toISOString().slice(0, 19) !== inside)
    throw badSchedule(expression, 'is no time that there is', 'write at(yyyy-mm-ddThh:mm:ss)')
  return { kind: 'at', local }
}

function badSchedule(expression: string, problem: string, allowed: string) {
  return userError('bad_schedule', `the schedule ${expression} ${problem}`, allowed)
}
