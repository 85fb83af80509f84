import { appendFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RecordBatch } from 'apache-arrow'
import { z } from 'zod'
import { userError } from '../../../../base/HubError.ts'
import { readAhead } from '../../../../stages/readAhead.ts'
import { defineStage } from '../../../../stages/Stage.ts'
import { batchToRows, rowsToBatch } from '../../../../tables/batch.ts'
import { column, nullable } from '../../../../tables/column.ts'

const params = z.object({
  /** File that gets a line for each row that was worked on. */
  log: z.string(),
  /** What goes wrong at which row. */
  faults: z
    .record(
      z.string(),
      z.enum(['throw', 'refuse', 'exit', 'crash', 'kill', 'lose', 'invent', 'stop', 'hang']),
    )
    .default({}),
  /** Rows after which a copy of the stage hangs, whichever rows they are. */
  hangAfter: z.int().optional(),
  batchesAhead: z.int().default(0),
  /** Time that each row takes. */
  rowMilliseconds: z.int().default(0),
  /** Rows over which the first who comes to them works so many milliseconds, and nobody else. */
  slowOnce: z.record(z.string(), z.int()).default({}),
})

export type DoublingParams = z.input<typeof params>

export const doublingInput = {
  id: column('text', 'names the row'),
  number: column('int64', 'what is doubled'),
} as const
export const doublingOutput = {
  id: column('text', 'names the row'),
  doubled: nullable('int64', 'twice the number'),
  problem: nullable('text', 'why there is no number'),
} as const

/** Rows that this copy has seen, by log: one copy may serve several tasks of a run. */
const rowsSeen = new Map<string, number>()

/** Doubles numbers, says which in a file, and misbehaves on request. */
export default defineStage<z.infer<typeof params>, typeof doublingInput, typeof doublingOutput>({
  name: 'doubling',
  module: import.meta.url,
  version: '1',
  input: doublingInput,
  output: doublingOutput,
  params,
  async *map(input, { params }) {
    const { log, faults, hangAfter = Infinity, batchesAhead, rowMilliseconds, slowOnce } = params
    let invented: RecordBatch | undefined
    const work = async (batch: RecordBatch) => {
      let rows = batchToRows(doublingInput, batch)
      for (const { id } of rows) {
        appendFileSync(log, `${id}\n`)
        rowsSeen.set(log, (rowsSeen.get(log) ?? 0) + 1)
        if ((rowsSeen.get(log) ?? 0) > hangAfter) await sleep(600_000)
        // Even a sleep of no time lets the next batch's rows pass by.
        if (rowMilliseconds > 0) await sleep(rowMilliseconds)
        if (id in slowOnce && isFirst(`${log}-of-${id}`)) await sleep(slowOnce[id])
        const fault = faults[id]
        if (fault === 'throw') throw new Error(`cannot double ${id}`)
        if (fault === 'refuse') throw userError('odd_number', `${id} is odd`, 'give even ones')
        if (fault === 'hang') await sleep(600_000)
        if (fault === 'exit') process.exit(7)
        if (fault === 'crash') process.kill(process.pid, 'SIGSEGV')
        if (fault === 'kill') process.kill(process.pid, 'SIGKILL')
        // A signal takes a moment to arrive.
        if (fault === 'crash' || fault === 'kill') await sleep(60_000)
        if (fault === 'stop') return null
        if (fault === 'lose') rows = rows.filter(row => row.id !== id)
      }
      const output = rowsToBatch(
        doublingOutput,
        rows.map(({ id, number }) => ({ id, doubled: 2 * number, problem: null })),
      )
      if (rows.some(({ id }) => faults[id] === 'invent')) invented = output
      return output
    }
    for await (const output of readAhead(input, batchesAhead, work)) {
      if (output === null) return
      yield output
      if (invented !== undefined) yield invented
    }
  },
  crashed: ({ id }, problem) => ({ id, doubled: null, problem }),
})

/** Whether no process has asked for this file before. */
function isFirst(path: string): boolean {
  try {
    writeFileSync(path, '', { flag: 'wx' })
    return true
  } catch {
    return false
  }
}
