import { cronValue, cronValues } from './cronFields.ts'

/** The days of a month, as one of day-of-month and day-of-week says them; days of the week are 1 to 7, SUN to SAT. */
export type CronDays =
  | { readonly kind: 'daysOfMonth'; readonly days: readonly number[] }
  /** `L` */
  | { readonly kind: 'lastDay' }
  /** `15W` */
  | { readonly kind: 'nearestWeekday'; readonly day: number }
  /** `LW`: AWS's page has L and W only apart, its service takes them together, as Quartz does. */
  | { readonly kind: 'lastWeekday' }
  | { readonly kind: 'daysOfWeek'; readonly days: readonly number[] }
  /** `6L` */
  | { readonly kind: 'lastOfWeekday'; readonly day: number }
  /** `6#3` */
  | { readonly kind: 'nthOfWeekday'; readonly day: number; readonly nth: number }

/** @returns null: it is no day-of-month */
export function parseDayOfMonth(text: string): CronDays | null {
  if (/^L$/i.test(text)) return { kind: 'lastDay' }
  if (/^LW$/i.test(text)) return { kind: 'lastWeekday' }
  if (/W$/i.test(text)) {
    const day = cronValue('day-of-month', text.slice(0, -1))
    return day === null ? null : { kind: 'nearestWeekday', day }
  }
  const days = cronValues('day-of-month', text)
  return days === null ? null : { kind: 'daysOfMonth', days }
}

/** @returns null: it is no day-of-week */
export function parseDayOfWeek(text: string): CronDays | null {
  // The last day of the week.
  if (/^L$/i.test(text)) return { kind: 'daysOfWeek', days: [7] }
  const [, name = '', last, nth] = /^(\w+?)(?:(L)|#([1-5]))$/i.exec(text) ?? []
  if (last !== undefined || nth !== undefined) {
    const day = cronValue('day-of-week', name)
    if (day === null) return null
    return nth === undefined
      ? { kind: 'lastOfWeekday', day }
      : { kind: 'nthOfWeekday', day, nth: Number(nth) }
  }
  const days = cronValues('day-of-week', text)
  return days === null ? null : { kind: 'daysOfWeek', days }
}

/** The days, ascending, of a month (1 to 12) of a year. */
export function daysInMonth(days: CronDays, year: number, month: number): readonly number[] {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const firstWeekday = weekdayOf(year, month, 1)
  const every = (weekday: number) => numbers(1 + ((weekday - firstWeekday + 7) % 7), length, 7)
  switch (days.kind) {
    case 'daysOfMonth':
      return days.days.filter(day => day <= length)
    case 'lastDay':
      return [length]
    case 'nearestWeekday':
      // That a month without such a day has none near it either is Quartz's way; AWS does not say.
      return days.day > length ? [] : [nearestWeekday(year, month, days.day, length)]
    case 'lastWeekday':
      return [nearestWeekday(year, month, length, length)]
    case 'daysOfWeek':
      return days.days.flatMap(every).sort((a, b) => a - b)
    case 'lastOfWeekday':
      return every(days.day).slice(-1)
    case 'nthOfWeekday':
      return every(days.day).slice(days.nth - 1, days.nth)
  }
}

/** The Monday to Friday nearest a day and in its month: https://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html */
function nearestWeekday(year: number, month: number, day: number, length: number): number {
  const weekday = weekdayOf(year, month, day)
  if (weekday === 7) return day === 1 ? 3 : day - 1
  if (weekday === 1) return day === length ? day - 2 : day + 1
  return day
}

function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1
}

function numbers(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step)
}
