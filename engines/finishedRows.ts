import { createHash } from 'node:crypto'
import { HubError } from '../base/HubError.ts'
import type { StageStep } from '../pipelines/Pipeline.ts'
import { column } from '../tables/column.ts'
import type { Columns } from '../tables/defineTable.ts'

/** Hash of an input row: what a finished row is recognised by, whatever the batches, workers and machines of the run that finished it. */
export const rowKey = '_row_key'

export function withRowKey(columns: Columns): Columns {
  return { ...columns, [rowKey]: column('text', 'hash of the input row') }
}

/** Names a step's finished work, which is reused only under the same stage, version and identity. */
export function finishedName({ name, stage, identity }: StageStep): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([stage.name, stage.version, identity]))
    .digest('hex')
  return `${name}-${hash.slice(0, 16)}`
}

/** @throws HubError `duplicate_rows` where rows of a stage's input are equal: their work could not be told apart */
export function checkDistinct({ stage, input }: StageStep, rows: number, distinct: number): void {
  if (distinct === rows) return
  throw new HubError({
    code: 'duplicate_rows',
    message: `the input of stage ${stage.name} has ${rows} rows, of which only ${distinct} differ`,
    hint: `let ${input} give each row once`,
  })
}

/** @throws HubError `conservation_broken` where the finished rows are not as many as those of the input */
export function checkConserved({ stage }: StageStep, rows: number, finished: number, place: string): void {
  if (finished === rows) return
  throw new HubError({
    code: 'conservation_broken',
    message: `stage ${stage.name} has ${finished} finished rows for ${rows} rows of input`,
    hint: `remove ${place} and run again`,
  })
}
