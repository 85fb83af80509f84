interface CronFieldRules {
  readonly least: number
  readonly most: number
  /** Names in place of numbers, from `least` on. */
  readonly names?: readonly string[]
  /** Whether it takes steps, as in 0/15. */
  readonly steps: boolean
  /** What it takes beside values, ranges, lists and steps. */
  readonly special?: string
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** In their order. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
export const cronFields = {
  minutes: { least: 0, most: 59, steps: true },
  hours: { least: 0, most: 23, steps: true },
  'day-of-month': {
    least: 1,
    most: 31,
    steps: true,
    special: '? for any, L the last day, 15W the weekday nearest the 15th, LW the last weekday',
  },
  month: { least: 1, most: 12, names: months, steps: true },
  // The only field whose wildcards, in AWS's table, have no slash.
  'day-of-week': {
    least: 1,
    most: 7,
    names: days,
    steps: false,
    special: '? for any, L Saturday, 6L the last Friday, 6#3 the third Friday',
  },
  year: { least: 1970, most: 2199, steps: true },
} as const satisfies Record<string, CronFieldRules>

export type CronField = keyof typeof cronFields

/** What a field takes, for people. */
export function allowedIn(field: CronField): string {
  const { least, most, names, steps, special }: CronFieldRules = cronFields[field]
  const named = names === undefined ? '' : ` or ${names[0]} to ${names.at(-1)}`
  const step = steps ? `, steps ${least}/2` : ''
  return `it takes ${least} to ${most}${named}, * for all, lists ${least},${least + 2}, ranges ${least}-${least + 2} that do not wrap around${step}${special === undefined ? '' : `, or alone ${special}`}`
}

/** The values that a field's list of values, ranges and steps comes to, ascending. @returns null: it is no such list */
export function cronValues(field: CronField, text: string): readonly number[] | null {
  const values = new Set<number>()
  for (const part of text.split(',')) {
    const ofPart = valuesOfPart(cronFields[field], part)
    if (ofPart === null) return null
    for (const value of ofPart) values.add(value)
  }
  return [...values].sort((a, b) => a - b)
}

/** A number in the field's range, or a name. @returns null: neither */
export function cronValue(field: CronField, text: string): number | null {
  return valueIn(cronFields[field], text)
}

function valueIn({ least, most, names = [] }: CronFieldRules, text: string): number | null {
  const named = names.indexOf(text.toUpperCase())
  if (named >= 0) return least + named
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : null
}

/** A value, a range or all, with a step or without: a value with a step goes on to the end, as in 10/15. */
function valuesOfPart(rules: CronFieldRules, part: string): readonly number[] | null {
  const [, first = '', second, stepText] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? []
  const step = Number(stepText ?? 1)
  if (step < 1 || step > rules.most || (stepText !== undefined && !rules.steps)) return null
  const all = first === '*'
  if (all && second !== undefined) return null
  const from = all ? rules.least : valueIn(rules, first)
  const open = all || (second === undefined && stepText !== undefined)
  const to = open ? rules.most : valueIn(rules, second ?? first)
  if (from === null || to === null || from > to) return null
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step)
}
