import { randomInt } from 'node:crypto'

/** What is left of three bytes beside a second's milliseconds, which take ten of their bits. */
const randomBits = 14

/**
 * Sorts by time, to the millisecond, and is unique without asking anyone: 20261121T093000Z-5f3a9c, of which the last part is the millisecond and
 * fourteen random bits.
 */
export function newRunId(started = new Date()): string {
  const time = started.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const rest = (started.getUTCMilliseconds() << randomBits) | randomInt(1 << randomBits)
  return `${time}-${rest.toString(16).padStart(6, '0')}`
}
