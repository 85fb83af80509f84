import type { HeadKind, HeadTasks } from './headTasks.ts'

/** What some rows are labelled, in the terms of a head: see `HeadKind`. */
export interface LabelledRows {
  readonly kind: HeadKind
  /** How many labels the head has. */
  readonly labels: number
  readonly classes: Int8Array | Int32Array
  readonly rows: number
  /** One for each row, positive or zero. @default 1 */
  readonly sampleWeights?: Float32Array | undefined
  /** The fold in which each row is held out. @default in none */
  readonly foldOf?: Int32Array | undefined
}

/** The fold whose rows are not learned from; null for none. */
export type HeldOut = number | null

const nothing: readonly HeldOut[] = [null]

/**
 * For each regression of the head the weight of the rows of each of its classes; rows of unknown class count nowhere.
 * @param heldOut all regressions without the rows of the first, then without those of the second, ...
 */
export function classTotals(rows: LabelledRows, heldOut = nothing): Float64Array[] {
  const classes = rows.kind === 'multinomial' ? rows.labels : 2
  const columns = classColumns(rows)
  return heldOut.flatMap(fold =>
    columns.map(column => {
      const totals = new Float64Array(classes)
      column.forEach((index, row) => {
        if (index >= 0) totals[index] = (totals[index] as number) + weightOf(rows, row, fold)
      })
      return totals
    }),
  )
}

/**
 * The regressions that make up a head, for some of its rows.
 * @param factors for each regression, by class: see `classFactors`
 * @param heldOut as `classTotals` takes it; rows held out weigh nothing
 */
export function rowTasks(
  rows: LabelledRows,
  factors: readonly (readonly number[] | null)[],
  heldOut = nothing,
): HeadTasks {
  const columns = classColumns(rows)
  const outputs = rows.kind === 'multinomial' ? rows.labels : 1
  const targets = columns.map(column =>
    rows.kind === 'multinomial'
      ? oneHot(column, outputs)
      : Float32Array.from(column, value => Math.max(value, 0)),
  )
  const weights = shareEqual(
    heldOut.flatMap((fold, set) =>
      columns.map((column, label) =>
        rowWeights(rows, column, factors[set * columns.length + label] ?? null, fold),
      ),
    ),
  )
  return {
    link: rows.kind === 'multinomial' ? 'softmax' : 'sigmoid',
    outputs,
    tasks: weights.map((weights, task) => ({
      targets: targets[task % columns.length] as Float32Array,
      weights,
    })),
  }
}

/** The class of each row, for each regression. */
export function classColumns({ kind, labels, classes, rows }: LabelledRows): (Int8Array | Int32Array)[] {
  if (kind !== 'multilabel') return [classes]
  return Array.from({ length: labels }, (_, label) => {
    const column = new Int8Array(rows)
    for (let row = 0; row < rows; row++) column[row] = classes[row * labels + label] as number
    return column
  })
}

function oneHot(column: Int8Array | Int32Array, outputs: number): Float32Array {
  const targets = new Float32Array(column.length * outputs)
  for (let row = 0; row < column.length; row++) targets[row * outputs + (column[row] as number)] = 1
  return targets
}

function weightOf({ sampleWeights, foldOf }: LabelledRows, row: number, heldOut: HeldOut): number {
  return heldOut !== null && foldOf?.[row] === heldOut ? 0 : (sampleWeights?.[row] ?? 1)
}

function rowWeights(
  rows: LabelledRows,
  column: Int8Array | Int32Array,
  factors: readonly number[] | null,
  heldOut: HeldOut,
): Float32Array {
  const weights = new Float32Array(column.length)
  for (let row = 0; row < column.length; row++) {
    const index = column[row] as number
    if (index >= 0)
      weights[row] = weightOf(rows, row, heldOut) * (factors === null ? 1 : (factors[index] as number))
  }
  return weights
}

/** Heads whose rows weigh the same then share their statistics too. */
function shareEqual(arrays: readonly Float32Array[]): readonly Float32Array[] {
  const distinct: Float32Array[] = []
  return arrays.map(array => {
    const twin = distinct.find(other => other.every((value, at) => value === array[at]))
    if (twin === undefined) distinct.push(array)
    return twin ?? array
  })
}
