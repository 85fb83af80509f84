import { randomBytes } from 'node:crypto'

/** Sorts by time and is unique without asking anyone: 20261121T093000Z-5f3a9c. */
export function newRunId(started = new Date()): string {
  const time = started.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `${time}-${randomBytes(3).toString('hex')}`
}
