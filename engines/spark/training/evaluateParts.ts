import { HubError } from '../../../base/HubError.ts'
import { gradientOutput } from '../../../stages/gradient/columns.ts'
import { bytesToDoubles } from '../../../stages/gradient/floats.ts'
import type { GradientParams } from '../../../stages/gradient/params.ts'
import { batchToRows } from '../../../tables/batch.ts'
import type { PartSelection, TrainingParts } from './TrainingParts.ts'

export interface PartsResult {
  /** Partial sums by the number of the part; empty parts have none. */
  readonly sums: ReadonlyMap<number, Float64Array>
  readonly rows: number
  readonly columns: number
}

/**
 * One evaluation over all parts. Those that workers keep are asked for by number; the rows of the others are sent, so that a lost worker
 * costs no more than that.
 * @throws HubError `bad_features` where there are no rows or parts differ in their features; `parts_changed` where a part that was asked
 *   for does not come; what the stage throws
 */
export async function evaluateParts(
  parts: TrainingParts,
  params: Omit<GradientParams, 'dataset' | 'keepBytes'>,
): Promise<PartsResult> {
  const sums = new Map<number, Float64Array>()
  let rows = 0
  let columns = 0
  const collect = async (selection: PartSelection): Promise<number[]> => {
    const absent: number[] = []
    const { dataset, keepBytes } = parts
    for await (const batch of parts.run({ ...params, dataset, keepBytes }, selection))
      for (const found of batchToRows(gradientOutput, batch)) {
        if (found.sums === null) {
          absent.push(found.part)
          continue
        }
        if (sums.has(found.part)) throw partsChanged(`part ${found.part} came twice`)
        sums.set(found.part, bytesToDoubles(found.sums))
        rows += found.rows
        if (columns === 0) columns = found.columns
        if (columns !== found.columns)
          throw new HubError({
            code: 'bad_features',
            message: `rows of ${columns} and of ${found.columns} features are mixed`,
            hint: 'a model gives embeddings of one length: featurize again with one version of it',
            fault: 'user',
          })
      }
    return absent
  }
  const absent = await collect(parts.keepBytes === 0 ? 'all' : 'kept')
  if (absent.length > 0) {
    const [missing] = await collect(absent.sort((a, b) => a - b))
    if (missing !== undefined) throw partsChanged(`part ${missing} came without its rows`)
  }
  if (rows === 0)
    throw new HubError({
      code: 'bad_features',
      message: 'there are no rows to train on',
      hint: 'give at least one',
      fault: 'user',
    })
  return { sums, rows, columns }
}

function partsChanged(what: string): HubError {
  return new HubError({
    code: 'parts_changed',
    message: `the training rows changed while they were trained on: ${what}`,
    hint: 'run the training again',
  })
}
