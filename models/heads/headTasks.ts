import { checkLabelledRows } from './checkLabelledRows.ts'
import { checkLabels, classFactors } from './classFactors.ts'
import type { Task } from './LossEvaluator.ts'
import type { Link } from './lossGraph.ts'
import { classTotals, type HeldOut, rowTasks } from './rowTasks.ts'

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
  /** The fold in which each row is held out. @default in none */
  readonly foldOf?: Int32Array | undefined
}

/**
 * The regressions that make up a head.
 * @param heldOut see `rowTasks`
 * @throws HubError `bad_targets`, `bad_weights`, or `single_class` where a regression would have but one class to learn.
 */
export function headTasks(options: HeadTasksOptions, heldOut?: readonly HeldOut[]): HeadTasks {
  checkLabels(options)
  const { labels, ...rest } = options
  const rows = { ...rest, labels: labels.length }
  checkLabelledRows(rows)
  return rowTasks(rows, classFactors(options, classTotals(rows, heldOut)), heldOut)
}
