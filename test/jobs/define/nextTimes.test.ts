import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { nextTimes } from '../../../jobs/define/nextTimes.ts'

function next(count: number, expression: string, after: string, timezone = 'UTC'): string[] {
  const times: string[] = []
  for (const time of nextTimes(expression, { after: new Date(after), timezone })) {
    times.push(time.toISOString().replace(':00.000Z', 'Z'))
    if (times.length === count) break
  }
  return times
}

// Clocks of Berlin go from 2:00 to 3:00 on 29 March 2026 and from 3:00 to 2:00 on 25 October, both at 1:00 UTC; those of New York from 2:00 to
// 3:00 on 8 March (7:00 UTC) and from 2:00 to 1:00 on 1 November (6:00 UTC).
const clockChanges: [expression: string, timezone: string, after: string, expected: string[]][] = [
  // Left out: the day is skipped.
  ['cron(30 2 * * ? *)', 'Europe/Berlin', '2026-03-27T12:00Z', ['2026-03-28T01:30Z', '2026-03-30T00:30Z']],
  ['cron(0 2 * * ? *)', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-30T00:00Z']],
  ['cron(0 3 * * ? *)', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00Z', '2026-03-30T01:00Z']],
  ['cron(30 2 * * ? *)', 'America/New_York', '2026-03-07T00:00Z', ['2026-03-07T07:30Z', '2026-03-09T06:30Z']],
  ['cron(59 1 * * ? *)', 'America/New_York', '2026-03-08T00:00Z', ['2026-03-08T06:59Z', '2026-03-09T05:59Z']],
  // Shown twice: once, before clocks are put back.
  [
    'cron(30 2 * * ? *)',
    'Europe/Berlin',
    '2026-10-24T12:00Z',
    ['2026-10-25T00:30Z', '2026-10-26T01:30Z', '2026-10-27T01:30Z'],
  ],
  ['cron(30 2 * * ? *)', 'Europe/Berlin', '2026-10-25T00:30Z', ['2026-10-26T01:30Z']],
  ['cron(0 3 * * ? *)', 'Europe/Berlin', '2026-10-25T00:00Z', ['2026-10-25T02:00Z', '2026-10-26T02:00Z']],
  ['cron(0 1 * * ? *)', 'America/New_York', '2026-11-01T00:00Z', ['2026-11-01T05:00Z', '2026-11-02T06:00Z']],
  ['cron(59 1 * * ? *)', 'America/New_York', '2026-11-01T05:59Z', ['2026-11-02T06:59Z']],
  // Every half hour: no time of the hour that is left out, each of the one shown twice once.
  [
    'cron(0/30 * * * ? *)',
    'Europe/Berlin',
    '2026-03-29T00:00Z',
    ['2026-03-29T00:30Z', '2026-03-29T01:00Z', '2026-03-29T01:30Z'],
  ],
  [
    'cron(0/30 * * * ? *)',
    'Europe/Berlin',
    '2026-10-25T00:00Z',
    ['2026-10-25T00:30Z', '2026-10-25T02:00Z', '2026-10-25T02:30Z'],
  ],
  // Half an hour, on the other half of the globe; and a day that there was not, 30 December 2011.
  [
    'cron(45 1 * * ? *)',
    'Australia/Lord_Howe',
    '2026-04-03T16:00Z',
    ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
  ],
  ['cron(0 12 * * ? *)', 'Pacific/Apia', '2011-12-28T23:00Z', ['2011-12-29T22:00Z', '2011-12-30T22:00Z']],
]

test('where clocks change, a time they leave out is skipped and one they show twice comes once', () => {
  for (const [expression, timezone, after, expected] of clockChanges)
    assert.deepEqual(
      next(expected.length, expression, after, timezone),
      expected,
      `${expression} in ${timezone} after ${after}`,
    )
})

test('a rate counts from its start, whatever clocks show', () => {
  const berlin = { after: new Date('2026-03-28T12:00Z'), timezone: 'Europe/Berlin' }
  const [first, second] = nextTimes('rate(1 day)', berlin)
  assert.deepEqual([first, second], [new Date('2026-03-29T12:00Z'), new Date('2026-03-30T12:00Z')])
  const start = new Date('2026-03-01T00:10Z')
  const [since] = nextTimes('rate(7 hours)', { ...berlin, start })
  assert.ok(since !== undefined && since > berlin.after)
  assert.equal((since.getTime() - start.getTime()) % (7 * 3_600_000), 0)
  assert.ok(since.getTime() - berlin.after.getTime() <= 7 * 3_600_000)
  const later = new Date('2028-01-01T00:00Z')
  assert.deepEqual(nextTimes('rate(7 hours)', { ...berlin, start: later }).next().value, later)
  assert.deepEqual(
    nextTimes('cron(0 0 1 1 ? *)', { ...berlin, timezone: 'UTC', start: later }).next().value,
    later,
  )
})

test('at comes once, in its zone', () => {
  assert.deepEqual(next(9, 'at(2026-07-01T12:00:00)', '2026-01-01', 'Europe/Berlin'), ['2026-07-01T10:00Z'])
  assert.deepEqual(next(9, 'at(2026-10-25T02:30:00)', '2026-01-01', 'Europe/Berlin'), ['2026-10-25T00:30Z'])
})

test('what is rare is found, and the last year ends it', () => {
  assert.deepEqual(next(3, 'cron(0 0 29 2 ? *)', '2096-03-01'), [
    '2104-02-29T00:00Z',
    '2108-02-29T00:00Z',
    '2112-02-29T00:00Z',
  ])
  assert.deepEqual(next(9, 'cron(0 12 31 12 ? 2198-2199)', '2026-01-01'), [
    '2198-12-31T12:00Z',
    '2199-12-31T12:00Z',
  ])
  assert.deepEqual(next(2, 'cron(15 10 ? * 6L 2022-2023)', '2023-11-01'), [
    '2023-11-24T10:15Z',
    '2023-12-29T10:15Z',
  ])
})

test('what never comes is told, and soon', () => {
  const never: [expression: string, timezone?: string][] = [
    ['cron(* * 30 2 ? *)'],
    ['cron(0 0 31 4,6,9,11 ? *)'],
    ['cron(0 0 29 2 ? 2027,2100)'],
    ['cron(0 0 ? 2 2#5 2027)'],
    ['cron(* * * * ? 2000-2025)'],
    ['cron(0/5 2 29 3 ? 2026)', 'Europe/Berlin'],
    ['cron(* * 30 12 ? 2011)', 'Pacific/Apia'],
    ['at(2026-01-01T00:00:00)'],
    ['at(2026-03-29T02:30:00)', 'Europe/Berlin'],
    [`rate(${'9'.repeat(200)} days)`],
  ]
  for (const [expression, timezone = 'UTC'] of never)
    assert.throws(
      () => nextTimes(expression, { after: new Date('2026-01-01T00:00Z'), timezone }).next(),
      { code: 'schedule_never_fires', fault: 'user', message: /never comes after 2026-01-01/ },
      expression,
    )
})

test('names that are no time zones are refused', () => {
  for (const timezone of ['', 'Berlin', '+01:00', 'europe/berlin', 'Europe/Berlin ', 'A'.repeat(60)])
    assert.throws(
      () => nextTimes('rate(1 day)', { after: new Date(0), timezone }),
      { code: 'bad_timezone', fault: 'user' },
      timezone,
    )
  for (const timezone of ['UTC', 'Europe/Kyiv', 'Asia/Kolkata', 'America/Argentina/ComodRivadavia'])
    assert.doesNotThrow(() => nextTimes('rate(1 day)', { after: new Date(0), timezone }), timezone)
})

/** A list, range or step of numbers, and which numbers it takes, told apart from how it is read. */
function fieldOf(
  least: number,
  most: number,
  steps = true,
): fc.Arbitrary<[string, (value: number) => boolean]> {
  const value = fc.integer({ min: least, max: most })
  const step = fc.integer({ min: 1, max: Math.min(20, most) })
  const part = fc.oneof(
    value.map((v): [string, (n: number) => boolean] => [`${v}`, n => n === v]),
    fc.tuple(value, value).map(([a, b]): [string, (n: number) => boolean] => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      return [`${from}-${to}`, n => n >= from && n <= to]
    }),
    ...(steps
      ? [
          fc
            .tuple(value, step)
            .map(([v, s]): [string, (n: number) => boolean] => [
              `${v}/${s}`,
              n => n >= v && (n - v) % s === 0,
            ]),
          step.map((s): [string, (n: number) => boolean] => [`*/${s}`, n => (n - least) % s === 0]),
        ]
      : []),
  )
  const list = fc
    .array(part, { minLength: 1, maxLength: 3 })
    .map((parts): [string, (n: number) => boolean] => [
      parts.map(([text]) => text).join(','),
      n => parts.some(([, takes]) => takes(n)),
    ])
  return fc.oneof(list, fc.constant<[string, (n: number) => boolean]>(['*', () => true]))
}

test('what comes in three days is what a walk through their minutes finds, in any zone', () => {
  const minuteMs = 60_000
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/Havana',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Africa/Casablanca',
  ]
  // Half of them about a change of clocks.
  const changes = [
    '2026-03-28',
    '2026-10-24',
    '2026-03-07',
    '2026-10-31',
    '2026-04-04',
    '2026-02-14',
    '2011-12-29',
  ]
  const from = fc.oneof(
    fc.constantFrom(...changes).map(day => Date.parse(day)),
    fc.integer({ min: 1440, max: 36_000_000 }).map(minute => minute * minuteMs),
  )
  const fields = fc.tuple(fieldOf(0, 59), fieldOf(0, 23), fieldOf(1, 31), fieldOf(1, 12), fieldOf(1970, 2199))
  const week = fieldOf(1, 7, false)
  let found = 0
  fc.assert(
    fc.property(
      fields,
      week,
      fc.boolean(),
      fc.constantFrom(...zones),
      from,
      (fields, week, byWeek, zone, from) => {
        const [[minute], [hour], [day], [month], [year]] = fields
        const expression = `cron(${minute} ${hour} ${byWeek ? '?' : day} ${month} ${byWeek ? week[0] : '?'} ${year})`
        const takes = fields.map(([, taken]) => taken)
        const clock = new Intl.DateTimeFormat('en-US', {
          timeZone: zone,
          hourCycle: 'h23',
          weekday: 'short',
          year: 'numeric',
          month: 'numeric',
          day: 'numeric',
          hour: 'numeric',
          minute: 'numeric',
        })
        const expected: number[] = []
        const shown = new Set<string>()
        const to = from + 3 * 1440 * minuteMs
        // From a few hours before: clocks may have shown a time then that they show again.
        for (let time = from - 240 * minuteMs; time < to; time += minuteMs) {
          const text = clock.format(time)
          const again = shown.has(text)
          shown.add(text)
          if (again || time <= from) continue
          const [, weekday = '', ...numbers] = /^(\w+), (\d+)\/(\d+)\/(\d+), (\d+):(\d+)$/.exec(text) ?? []
          const [m = 0, d = 0, y = 0, h = 0, min = 0] = numbers.map(Number)
          const dayOfWeek = 1 + ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(weekday)
          const [ofMinute, ofHour, ofDay, ofMonth, ofYear] = takes
          if (!ofMinute?.(min) || !ofHour?.(h) || !ofMonth?.(m) || !ofYear?.(y)) continue
          if (byWeek ? week[1](dayOfWeek) : ofDay?.(d)) expected.push(time)
        }
        if (expected.length > 0) found++
        assert.deepEqual(timesUntil(expression, zone, from, to), expected, `${expression} in ${zone}`)
      },
    ),
    { numRuns: 150, seed: 20_261_126 },
  )
  assert.ok(found >= 30, `only ${found} of the expressions came at all`)
})

function timesUntil(expression: string, timezone: string, from: number, to: number): number[] {
  const times: number[] = []
  try {
    for (const time of nextTimes(expression, { after: new Date(from), timezone })) {
      if (time.getTime() >= to) break
      times.push(time.getTime())
    }
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'schedule_never_fires')
  }
  return times
}
