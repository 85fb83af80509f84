export interface CronFieldRules {
  readonly least: number
  readonly most: number
  /** Names in place of numbers, from `least` on. */
  readonly names?: readonly string[]
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** In their order. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
export const cronFields = {
  minutes: { least: 0, most: 59 },
  hours: { least: 0, most: 23 },
  'day-of-month': { least: 1, most: 31 },
  month: { least: 1, most: 12, names: months },
  'day-of-week': { least: 1, most: 7, names: days },
  year: { least: 1970, most: 2199 },
} as const satisfies Record<string, CronFieldRules>

export type CronField = keyof typeof cronFields

/** @returns what is wrong with a field and what is allowed, or null */
export function parseCronField(field: CronField, text: string): string | null {
  const rules: CronFieldRules = cronFields[field]
  const allowed = `it takes ${rules.least} to ${rules.most}${rules.names === undefined ? '' : ` or ${rules.names[0]} to ${rules.names.at(-1)}`}, * for all, ranges 1-5, lists 1,5 and steps 0/15${special[field] ?? ''}`
  if (text === '?') return field in special ? null : allowed
  if (field === 'day-of-month' && /^(L|LW|([1-9]|[12]\d|3[01])W)$/i.test(text)) return null
  if (field === 'day-of-week') {
    const [day, nth] = text.split('#')
    if (nth !== undefined)
      return valueOfField(rules, day ?? '') !== null && /^[1-5]$/.test(nth) ? null : allowed
    if (/^L$/i.test(text) || (/L$/i.test(text) && valueOfField(rules, text.slice(0, -1)) !== null))
      return null
  }
  return text.split(',').every(part => isPart(rules, part)) ? null : allowed
}

const special: Partial<Record<CronField, string>> = {
  'day-of-month': '; ? for any; L the last day, 15W the weekday nearest the 15th',
  'day-of-week': '; ? for any; L the last day, 6L the last Friday, 6#3 the third Friday',
}

/** A value, a range or all, with a step or without. */
function isPart(rules: CronFieldRules, part: string): boolean {
  const [range = '', step, ...rest] = part.split('/')
  if (rest.length > 0) return false
  if (step !== undefined && !(/^\d+$/.test(step) && Number(step) >= 1 && Number(step) <= rules.most))
    return false
  if (range === '*') return true
  const [from, to, ...more] = range.split('-').map(text => valueOfField(rules, text))
  if (more.length > 0 || from === undefined || from === null || to === null) return false
  return to === undefined || from <= to
}

function valueOfField({ least, most, names = [] }: CronFieldRules, text: string): number | null {
  const named = names.indexOf(text.toUpperCase())
  if (named >= 0) return least + named
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : null
}
