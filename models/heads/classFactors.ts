import { userError } from '../../base/HubError.ts'
import { checkWeights } from './checkWeights.ts'
import type { ClassWeights, HeadTargets } from './headTasks.ts'

export interface ClassFactorsOptions extends Omit<HeadTargets, 'classes'> {
  readonly classWeights?: ClassWeights | undefined
}

/** @throws HubError `bad_targets` for labels that the kind of head cannot have, `bad_weights` */
export function checkLabels({ kind, labels, classWeights }: ClassFactorsOptions): void {
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
  if (classWeights !== undefined && classWeights !== 'balanced')
    checkWeights('class', classWeights, labels.length)
}

/**
 * For each regression of a head the factors by which the weight of a row is multiplied, by its class; null where none are asked for.
 * @param totals weight of each class of each regression over all rows that it learns from, as `classTotals` gives it
 * @throws HubError `single_class` where a regression would have but one class to learn
 */
export function classFactors(
  { kind, labels, classWeights }: ClassFactorsOptions,
  totals: readonly Float64Array[],
): (readonly number[] | null)[] {
  const isSingle = kind === 'multilabel' || labels.length === 1
  return totals.map((own, task) => {
    const index = task % labels.length
    const label = labels[index] as string
    const names = isSingle ? [`not ${label}`, label] : labels
    const given =
      isSingle && classWeights !== undefined && classWeights !== 'balanced'
        ? [1, classWeights[index] as number]
        : classWeights
    checkPresent(names, own)
    if (given === undefined) return null
    if (given !== 'balanced') return given
    const total = own.reduce((sum, value) => sum + value, 0)
    return names.map((_, index) => total / (names.length * (own[index] as number)))
  })
}

function checkPresent(names: readonly string[], totals: Float64Array): void {
  const missing = names.filter((_, index) => totals[index] === 0)
  if (missing.length === 0) return
  throw userError(
    'single_class',
    `no row to train on is labelled ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', ...' : ''}`,
    `every class of ${names.length > 5 ? `the ${names.length}` : names.join(', ')} needs at least one row: add images, or leave the class out`,
  )
}
