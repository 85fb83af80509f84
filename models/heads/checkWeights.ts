import { userError } from '../../base/HubError.ts'

/** @throws HubError `bad_weights` for another number of weights, one that is negative or not finite, or a class's of zero */
export function checkWeights(what: 'sample' | 'class', weights: ArrayLike<number>, expected: number): void {
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
