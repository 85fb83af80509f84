import assert from 'node:assert/strict'
import type { GridScore } from '../../../../models/heads/chooseFromGrid.ts'

/** Log-losses to 1e-4, as searches end at slightly different points, accuracies exactly: fold by fold. */
export function assertSameScores(found: readonly GridScore[], expected: readonly GridScore[]): void {
  const exact = (scores: readonly GridScore[]) =>
    scores.map(({ regParam, elasticNetParam, accuracy }) => {
      const folds = accuracy.folds.map(share => share.toFixed(9))
      return { regParam, elasticNetParam, folds }
    })
  assert.deepEqual(exact(found), exact(expected))
  for (const [at, { logLoss }] of expected.entries())
    for (const [fold, value] of logLoss.folds.entries()) {
      const difference = Math.abs((found[at]?.logLoss.folds[fold] ?? 0) - value)
      assert.ok(difference < 1e-4, `log-loss of combination ${at}, fold ${fold} differs by ${difference}`)
    }
}
