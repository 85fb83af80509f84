import type { Float32, List, RecordBatch, Vector } from 'apache-arrow'
import { HubError, userError } from '../../base/HubError.ts'
import { checkLabelledRows } from '../../models/heads/checkLabelledRows.ts'
import { checkFeatures } from '../../models/heads/Features.ts'
import type { PartRows } from './PartRows.ts'
import type { GradientParams } from './params.ts'

/** A part with its rows, or one that is only asked for. */
export interface ReadPart {
  readonly part: number
  readonly rows: PartRows | undefined
}

interface Collected {
  readonly part: number
  readonly features: Float32Array[]
  readonly classes: Float32Array[]
  readonly weights: number[]
  readonly folds: number[]
}

type HeadShape = Pick<GradientParams, 'head' | 'labels'>

/**
 * Puts the rows of parts together as they come.
 * @throws HubError `bad_features` where the features of a part differ in length or are none, `feature_not_finite`, `bad_targets`,
 *   `bad_weights`
 */
export async function* readParts(
  batches: AsyncIterable<RecordBatch>,
  head: HeadShape,
): AsyncGenerator<ReadPart> {
  let open: Collected | undefined
  for await (const batch of batches) {
    const parts = batch.getChild('part')
    const weights = batch.getChild('weight')
    const folds = batch.getChild('fold')
    const features = vectorReader(batch, 'features')
    const classes = vectorReader(batch, 'classes')
    for (let row = 0; row < batch.numRows; row++) {
      const part = Number(parts?.get(row))
      if (open !== undefined && open.part !== part) {
        yield closePart(open, head)
        open = undefined
      }
      open ??= { part, features: [], classes: [], weights: [], folds: [] }
      const values = features(row)
      if (values === undefined) continue
      open.features.push(values)
      open.classes.push(classes(row) ?? new Float32Array(0))
      open.weights.push(Number(weights?.get(row) ?? 1))
      open.folds.push(Number(folds?.get(row) ?? -1))
    }
  }
  if (open !== undefined) yield closePart(open, head)
}

/** Views of the numbers of a column's lists; undefined for null. */
function vectorReader(batch: RecordBatch, name: string): (row: number) => Float32Array | undefined {
  const vector = batch.getChild(name) as Vector<List<Float32>> | null
  const [data] = vector?.data ?? []
  const values = data?.children[0]?.values
  if (vector === null || data === undefined || values === undefined)
    throw new HubError({ code: 'missing_column', message: `the batch has no column ${name} of vectors` })
  const offsets = data.valueOffsets
  return row => (vector.isValid(row) ? values.subarray(offsets[row], offsets[row + 1]) : undefined)
}

function closePart(
  { part, features, classes, weights, folds }: Collected,
  { head, labels }: HeadShape,
): ReadPart {
  const [first] = features
  if (first === undefined) return { part, rows: undefined }
  const columns = first.length
  const width = head === 'multilabel' ? labels : 1
  const rows = {
    features: { data: joined(features, columns, part, 'bad_features'), rows: features.length, columns },
    classes: Int32Array.from(joined(classes, width, part, 'bad_targets')),
    weights: Float32Array.from(weights),
    foldOf: Int32Array.from(folds),
  }
  try {
    checkFeatures(rows.features)
    const { classes, weights: sampleWeights } = rows
    checkLabelledRows({ kind: head, labels, classes, rows: features.length, sampleWeights })
  } catch (thrown) {
    if (!(thrown instanceof HubError)) throw thrown
    const { code, message, hint } = thrown
    throw userError(code, `part ${part}: ${message}`, hint, thrown)
  }
  return { part, rows }
}

function joined(arrays: readonly Float32Array[], length: number, part: number, code: string): Float32Array {
  const data = new Float32Array(arrays.length * length)
  for (const [row, values] of arrays.entries()) {
    if (values.length !== length)
      throw userError(
        code,
        `row ${row} of part ${part} has ${values.length} numbers where ${length} are needed`,
        'give features of one model, and a class for each row (or for each of its labels)',
      )
    data.set(values, row * length)
  }
  return data
}
