import { userError } from '../../base/HubError.ts'
import type { Task } from './LossEvaluator.ts'
import type { Link } from './lossGraph.ts'

/**
 * - `binary`: one logistic function. `classes` holds 0 or 1 for each row. Two labels name them in that order; a single label is the
 *   name of 1, and 0 is its verified absence.
 * - `multinomial`: softmax over three or more labels (two are allowed). `classes` holds each row's index into the labels.
 * - `multilabel`: an independent logistic function for each label. `classes` holds rows × labels: 1 verified present, 0 verified
 *   absent, -1 not known, which leaves the row out of that label's head.
 */
export type HeadKind = 'binary' | 'multinomial' | 'multilabel'

export interface HeadTargets {
  readonly kind: HeadKind
  /** Class ids in the order of the outputs; `labelIndex` gives MLlib's. */
  readonly labels: readonly string[]
  readonly classes: Int8Array | Int32Array
}

/**
 * `balanced` gives both or all classes the same total weight: W / (number of classes · weight of the class). Numbers are for the
 * labels in order (of a head with one label or of `multilabel`: the weight of a present label, an absent one weighing 1).
 */
export type ClassWeights = 'balanced' | readonly number[]

export interface HeadTasks {
  readonly link: Link
  readonly outputs: number
  readonly tasks: readonly Task[]
}

export interface HeadTasksOptions extends HeadTargets {
  readonly rows: number
  readonly classWeights?: ClassWeights | undefined
  /** One for each row, positive or zero. */
  readonly sampleWeights?: Float32Array | undefined
}

/**
 * The regressions that make up a head.
 * @throws HubError `bad_targets`, `bad_weights`, or `single_class` where a regression would have but one class to learn.
 */
export function headTasks(options: HeadTasksOptions): HeadTasks {
  check(options)
  const { kind, labels, classes, rows } = options
  if (kind !== 'multilabel') {
    const count = kind === 'binary' ? 2 : labels.length
    const names = labels.length === 1 ? [`not ${labels[0]}`, labels[0] as string] : labels
    const given = labels.length === 1 ? singleWeights(options.classWeights, 0) : options.classWeights
    const weights = rowWeights(options, classes, given, names)
    if (kind === 'binary') {
      return { link: 'sigmoid', outputs: 1, tasks: [{ targets: Float32Array.from(classes), weights }] }
    }
    const targets = new Float32Array(rows * count)
    for (let row = 0; row < rows; row++) targets[row * count + (classes[row] as number)] = 1
    return { link: 'softmax', outputs: count, tasks: [{ targets, weights }] }
  }
  const columns = labels.map((label, index) => {
    const column = new Int8Array(rows)
    for (let row = 0; row < rows; row++) column[row] = classes[row * labels.length + index] as number
    const given = singleWeights(options.classWeights, index)
    return { column, weights: rowWeights(options, column, given, [`not ${label}`, label]) }
  })
  const shared = shareEqual(columns.map(({ weights }) => weights))
  const tasks = columns.map(({ column }, index) => {
    return {
      targets: Float32Array.from(column, value => Math.max(value, 0)),
      weights: shared[index] as Float32Array,
    }
  })
  return { link: 'sigmoid', outputs: 1, tasks }
}

function singleWeights(weights: ClassWeights | undefined, index: number): ClassWeights | undefined {
  return weights === undefined || weights === 'balanced' ? weights : [1, weights[index] as number]
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

function rowWeights(
  { sampleWeights, rows }: HeadTasksOptions,
  classes: Int8Array | Int32Array,
  classWeights: ClassWeights | undefined,
  names: readonly string[],
): Float32Array {
  const totals = new Float64Array(names.length)
  const weights = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const index = classes[row] as number
    if (index < 0) continue
    weights[row] = sampleWeights?.[row] ?? 1
    totals[index] = (totals[index] as number) + (weights[row] as number)
  }
  const missing = names.filter((_, index) => totals[index] === 0)
  if (missing.length > 0) {
    throw userError(
      'single_class',
      `no row to train on is labelled ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', ...' : ''}`,
      `every class of ${names.length > 5 ? `the ${names.length}` : names.join(', ')} needs at least one row: add images, or leave the class out`,
    )
  }
  if (classWeights === undefined) return weights
  const total = totals.reduce((sum, value) => sum + value, 0)
  const factors = names.map((_, index) =>
    classWeights === 'balanced'
      ? total / (names.length * (totals[index] as number))
      : (classWeights[index] as number),
  )
  return weights.map((weight, row) =>
    weight === 0 ? 0 : weight * (factors[classes[row] as number] as number),
  )
}

function check({ kind, labels, classes, rows, classWeights, sampleWeights }: HeadTasksOptions): void {
  const least = kind === 'multinomial' ? 2 : 1
  if (labels.length < least || (kind === 'binary' && labels.length > 2)) {
    throw userError(
      'bad_targets',
      `a ${kind} head cannot have ${labels.length} labels`,
      kind === 'binary' ? 'it takes one or two' : `it takes at least ${least}`,
    )
  }
  if (new Set(labels).size !== labels.length) {
    throw userError('bad_targets', 'two labels of the head are the same', 'give each label once')
  }
  const expected = kind === 'multilabel' ? rows * labels.length : rows
  if (classes.length !== expected) {
    throw userError(
      'bad_targets',
      `there are ${classes.length} classes for ${rows} rows`,
      `${expected} are needed`,
    )
  }
  const [lowest, highest] = kind === 'multilabel' ? [-1, 1] : [0, kind === 'binary' ? 1 : labels.length - 1]
  const bad = classes.findIndex(value => !(value >= lowest && value <= highest))
  if (bad >= 0) {
    throw userError(
      'bad_targets',
      `row ${Math.floor((bad * rows) / expected)} has class ${classes[bad]}`,
      `${kind} takes ${lowest} to ${highest}`,
    )
  }
  if (sampleWeights !== undefined) checkWeights('sample', sampleWeights, rows)
  if (classWeights !== undefined && classWeights !== 'balanced')
    checkWeights('class', classWeights, labels.length)
}

function checkWeights(what: 'sample' | 'class', weights: ArrayLike<number>, expected: number): void {
  const bad = Array.prototype.findIndex.call(
    weights,
    (weight: number) => !(weight >= 0 && Number.isFinite(weight)) || (what === 'class' && weight === 0),
  )
  if (weights.length === expected && bad < 0) return
  throw userError(
    'bad_weights',
    bad < 0 ? `there are ${weights.length} ${what} weights` : `${what} weight ${bad} is ${weights[bad]}`,
    `give ${expected}, each a finite ${what === 'class' ? 'positive number' : 'number from 0 up'}`,
  )
}
