import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** When how many more rows were finished, in the order of time. */
export type Progress = readonly { readonly milliseconds: number; readonly rows: number }[]

/** What the workers of any contender noted: a file of each, with lines of milliseconds since 1970 and rows. */
export async function readProgress(folder: string): Promise<Progress> {
  const texts = await Promise.all(
    (await readdir(folder)).map(async name => await readFile(join(folder, name), 'utf8')),
  )
  return texts
    .flatMap(text => text.split('\n').filter(line => line !== ''))
    .map(line => {
      const [milliseconds = Number.NaN, rows = Number.NaN] = line.split(' ').map(Number)
      return { milliseconds, rows }
    })
    .sort((a, b) => a.milliseconds - b.milliseconds)
}

/** What lies between the first 10 % and the last 5 % of the rows: without start-up and tail. Milliseconds since 1970. */
export interface SteadyPart {
  readonly from: number
  readonly to: number
  readonly rows: number
  /** Rows a second. */
  readonly rate: number
}

export function steadyPart(progress: Progress): SteadyPart {
  const all = progress.reduce((sum, { rows }) => sum + rows, 0)
  let done = 0
  let from: { milliseconds: number; done: number } | undefined
  let to: { milliseconds: number; done: number } | undefined
  for (const { milliseconds, rows } of progress) {
    done += rows
    if (from === undefined && done >= 0.1 * all) from = { milliseconds, done }
    if (done <= 0.95 * all) to = { milliseconds, done }
  }
  if (from === undefined || to === undefined || to.milliseconds <= from.milliseconds)
    throw new Error(`too few rows for a steady rate: ${all} in ${progress.length} batches`)
  const rows = to.done - from.done
  const seconds = (to.milliseconds - from.milliseconds) / 1000
  return { from: from.milliseconds, to: to.milliseconds, rows, rate: rows / seconds }
}
