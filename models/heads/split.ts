import { userError } from '../../base/HubError.ts'
import { type StratifyOptions, stratify } from './stratify.ts'

export type Split = 'train' | 'test'

/**
 * A seeded split into rows to train on and rows to test on, every class in proportion, every group in one piece: see `stratify`.
 * Every class has at least one row to train on.
 * @param testFraction share of the rows to test on, 0 to less than 1
 * @throws HubError `bad_split`
 */
export function splitRows(options: StratifyOptions, testFraction: number): Split[] {
  if (!(testFraction >= 0 && testFraction < 1)) {
    throw userError(
      'bad_split',
      `the test fraction is ${testFraction}`,
      'it takes a number from 0 to less than 1',
    )
  }
  if (testFraction === 0) return options.ids.map(() => 'train')
  const parts = stratify(options, [1 - testFraction, testFraction], 0)
  return Array.from(parts, part => (part === 0 ? 'train' : 'test'))
}

/**
 * Folds for cross-validation, by the same rules.
 * @returns the fold in which each row is held out, 0 to `folds` - 1
 * @throws HubError `bad_split`
 */
export function foldRows(options: StratifyOptions, folds: number): Int32Array {
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= options.ids.length)) {
    throw userError(
      'bad_split',
      `${options.ids.length} rows cannot make ${folds} folds`,
      'it takes a whole number from 2 to the number of rows',
    )
  }
  const foldOf = stratify(options, new Array<number>(folds).fill(1 / folds))
  const empty = folds - new Set(foldOf).size
  if (empty > 0)
    throw userError(
      'bad_split',
      `${empty} of ${folds} folds would hold out no row`,
      'take fewer folds: rows of the same group are held out together',
    )
  return foldOf
}
