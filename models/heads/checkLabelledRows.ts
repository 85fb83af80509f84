import { userError } from '../../base/HubError.ts'
import { checkWeights } from './checkWeights.ts'
import type { LabelledRows } from './rowTasks.ts'

/** @throws HubError `bad_targets` for classes that the head does not have or too few of them, `bad_weights` */
export function checkLabelledRows({ kind, labels, classes, rows, sampleWeights }: LabelledRows): void {
  const expected = kind === 'multilabel' ? rows * labels : rows
  if (classes.length !== expected) {
    throw userError(
      'bad_targets',
      `there are ${classes.length} classes for ${rows} rows`,
      `${expected} are needed`,
    )
  }
  const [lowest, highest] = kind === 'multilabel' ? [-1, 1] : [0, kind === 'binary' ? 1 : labels - 1]
  const bad = classes.findIndex(value => !(value >= lowest && value <= highest))
  if (bad >= 0) {
    throw userError(
      'bad_targets',
      `row ${Math.floor((bad * rows) / expected)} has class ${classes[bad]}`,
      `${kind} takes ${lowest} to ${highest}`,
    )
  }
  if (sampleWeights !== undefined) checkWeights('sample', sampleWeights, rows)
}
