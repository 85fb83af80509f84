import { nextTimes } from '../../jobs/define/nextTimes.ts'

const shown = 3

/** The next times of a schedule, for people; said so where none is to come. */
export function nextText(expression: string, timezone: string, after = new Date()): string {
  const times: string[] = []
  for (const time of nextTimes(expression, { after, timezone })) {
    times.push(`${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`)
    if (times.length === shown) break
  }
  return times.length === 0 ? 'no time of it is to come' : `next: ${times.join(', ')}`
}
