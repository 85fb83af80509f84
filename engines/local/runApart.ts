import type { RecordBatch } from 'apache-arrow'
import { HubError, toError } from '../../base/HubError.ts'
import type { StageStep } from '../../pipelines/Pipeline.ts'
import { batchToIpc, rowsToBatch } from '../../tables/batch.ts'
import type { Columns, Row } from '../../tables/defineTable.ts'
import { mapBatches } from './mapBatches.ts'

export interface KeyedRow {
  readonly key: string
  readonly row: Row<Columns>
}

export interface RunApartOptions {
  readonly step: StageStep
  /** Rows that a process died over, or only with. */
  readonly suspects: readonly KeyedRow[]
  readonly onOutput: (keys: readonly string[], batch: RecordBatch) => Promise<void>
  /** Names a row for an error message. */
  readonly describe: (row: Row<Columns>) => string
  readonly signal: AbortSignal
}

/**
 * Runs a stage over rows one at a time in a process of its own. A row over which a fresh process crashes becomes what the stage says of
 * crashed rows; all others end as usual.
 * @throws HubError `stage_crashed` where the stage says nothing of crashed rows, or crashes before it reads one; as mapBatches does
 */
export async function runApart(options: RunApartOptions): Promise<void> {
  const { step, onOutput, describe, signal } = options
  const { stage } = step
  const waiting = [...options.suspects]
  for (let [first] = waiting; first !== undefined; [first] = waiting) {
    let given: KeyedRow | undefined
    const batches = async function* () {
      for (const suspect of [...waiting]) {
        given = suspect
        yield { key: suspect, ipc: batchToIpc(rowsToBatch(stage.input, [suspect.row])), rows: 1 }
      }
    }
    try {
      await mapBatches({
        stage: { name: stage.name, module: stage.module, params: step.params },
        workers: 1,
        apart: true,
        input: batches(),
        onOutput: async ({ key }, batch) => {
          await onOutput([key], batch)
          waiting.shift()
        },
        describe: ({ row }) => describe(row),
        signal,
      })
    } catch (thrown) {
      const crashed = thrown instanceof HubError && thrown.code === 'stage_crashed'
      if (!crashed || given === undefined) throw thrown
      // A row may suffer from what the one before it broke: the next process begins with it.
      if (waiting[0] !== first) continue
      if (stage.crashed === undefined) throw thrown
      const row = stage.crashed(first.row, toError(thrown.cause).message)
      await onOutput([first.key], rowsToBatch(stage.output, [row]))
      waiting.shift()
    }
  }
}
