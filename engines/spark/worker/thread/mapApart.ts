import type { RecordBatch } from 'apache-arrow'
import { HubError } from '../../../../base/HubError.ts'
import type { Stage } from '../../../../stages/Stage.ts'
import { batchToRows, rowsToBatch } from '../../../../tables/batch.ts'
import type { Columns, Row } from '../../../../tables/defineTable.ts'
import { conservationBroken } from '../../../stageErrors.ts'
import type { ThreadSetting, ThreadTask } from '../threadMessages.ts'
import { StageChild } from './StageChild.ts'

export interface MapApartOptions {
  readonly stage: Stage
  readonly task: ThreadTask
  readonly setting: ThreadSetting
  readonly input: AsyncIterable<RecordBatch>
  readonly signal: AbortSignal
  readonly onChild: (pid: number, alive: boolean) => void
}

/**
 * A stage's `map` with the stage in a process of its own, one batch at a time. Of a batch that the process crashes or hangs over, the rows are
 * tried one by one; a row over which a fresh process does so becomes what the stage says of crashed rows.
 * @throws HubError `stage_crashed`, `stage_hangs` where the stage says nothing of crashed rows; as the stage throws
 */
export async function* mapApart(options: MapApartOptions): AsyncGenerator<RecordBatch> {
  const { stage, input, signal } = options
  let child: StageChild | undefined
  const run = async (batch: RecordBatch) => {
    child ??= new StageChild(options)
    const output = await child.run(batch)
    if (output.numRows !== batch.numRows)
      throw conservationBroken(stage.name, undefined, batch.numRows, output.numRows)
    return output
  }
  const runRow = async (row: Row<Columns>): Promise<Row<Columns>> => {
    for (;;) {
      const fresh = child === undefined
      try {
        const [output] = batchToRows(stage.output, await run(rowsToBatch(stage.input, [row])))
        if (output !== undefined) return output
        throw conservationBroken(stage.name, undefined, 1, 0)
      } catch (thrown) {
        if (!isCrash(thrown)) throw thrown
        child = undefined
        // It may suffer from what a row before it broke.
        if (!fresh) continue
        if (stage.crashed === undefined) throw thrown
        return stage.crashed(row, thrown.message)
      }
    }
  }
  const onStop = () => child?.kill()
  signal.addEventListener('abort', onStop)
  try {
    for await (const batch of input) {
      try {
        yield await run(batch)
        continue
      } catch (thrown) {
        if (!isCrash(thrown)) throw thrown
        child = undefined
      }
      const rows: Row<Columns>[] = []
      for (const row of batchToRows(stage.input, batch)) rows.push(await runRow(row))
      yield rowsToBatch(stage.output, rows)
    }
    // A crash at its end takes no row along: all have their outputs.
    await child?.finish().catch(thrown => {
      if (!isCrash(thrown)) throw thrown
    })
  } finally {
    signal.removeEventListener('abort', onStop)
    child?.kill()
  }
}

function isCrash(thrown: unknown): thrown is HubError {
  return thrown instanceof HubError && ['stage_crashed', 'stage_hangs'].includes(thrown.code)
}
