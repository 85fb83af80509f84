import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { crossValidateDistributed } from '../../../../engines/spark/training/crossValidateDistributed.ts'
import { distributedRows } from '../../../../engines/spark/training/distributedRows.ts'
import { crossValidate } from '../../../../models/heads/crossValidate.ts'
import { fitHead } from '../../../../models/heads/fitHead.ts'
import { gridOf } from '../../../../models/heads/gridOf.ts'
import { type ClassWeights, headTasks } from '../../../../models/heads/headTasks.ts'
import { heldOutSums } from '../../../../models/heads/heldOutSums.ts'
import { LossEvaluator } from '../../../../models/heads/LossEvaluator.ts'
import type { Regularization } from '../../../../models/heads/StandardizedProblem.ts'
import { uniform } from '../../../models/heads/reference.ts'
import { InProcessParts } from './inProcessParts.ts'
import { cuts, dealt, folds, near, problem, shapes } from './problem.ts'

const grid = gridOf({ regParams: [0.02, 0.3], elasticNetParams: [0, 0.5] })

test('any parts of the rows: the same models do as well on the held-out rows as in one process', async () => {
  await fc.assert(
    fc.asyncProperty(shapes, cuts, async (shape, cut) => {
      const { trainingRows, head, local } = problem(shape)
      const heldOut = [...Array(folds).keys()]
      const rows = { ...local, rows: shape.rows }
      const tasks = headTasks(rows, heldOut)
      const origin = new Float32Array(shape.columns)
      const labelled = { ...rows, labels: head.labels.length }
      await using parts = new InProcessParts({ ...cut, parts: dealt(trainingRows, cut.of, cut.parts) })
      const spread = await distributedRows({ ...head, parts }, heldOut)
      await using whole = await LossEvaluator.open({ ...tasks, features: local.features, origin, threads: 1 })
      await using evaluator = await spread.open(origin)
      // Two models of each task.
      const all = Array.from({ length: 2 * spread.tasks }, (_, at) => at % spread.tasks)
      const next = uniform(shape.seed)
      const draw = (length: number) => Float64Array.from({ length }, () => next() - 0.5)
      const count = all.length * spread.outputs
      const models = { coefficients: draw(count * shape.columns), intercepts: draw(count) }
      const expected = await heldOutSums({ evaluator: whole, rows: labelled, heldOut, tasks: all, models })
      const found = await evaluator.heldOut(all, models)
      for (const [at, { loss, correct, weight }] of expected.entries()) {
        near(found[at]?.loss ?? 0, loss, 1e-5, 'loss')
        near(found[at]?.correct ?? 0, correct, 1e-9, 'correct')
        near(found[at]?.weight ?? 0, weight, 1e-9, 'weight')
      }
    }),
    { numRuns: 40 },
  )
})

test('any parts of the rows: the log-losses of a grid, the choice and the head as in one process', async () => {
  const classWeights = fc.constantFrom<ClassWeights | undefined>(undefined, 'balanced')
  await fc.assert(
    fc.asyncProperty(shapes, cuts, classWeights, async (shape, cut, classWeights) => {
      const { trainingRows, head, local } = problem(shape)
      const options = { grid, folds, classWeights, tolerance: 1e-9, maxIterations: 500 }
      const expected = await crossValidate({ ...local, ...options })
      await using parts = new InProcessParts({ ...cut, parts: dealt(trainingRows, cut.of, cut.parts) })
      const found = await crossValidateDistributed({ ...head, ...options, parts })
      // The objective of a few rows is so flat that searches end a little apart.
      for (const [at, { logLoss }] of expected.scores.entries())
        near(found.scores[at]?.logLoss.mean ?? 0, logLoss.mean, 2e-3, 'log-loss')
      const lossOf = ({ regParam, elasticNetParam }: Regularization) =>
        expected.scores.find(
          score => score.regParam === regParam && score.elasticNetParam === elasticNetParam,
        )?.logLoss.mean ?? Number.NaN
      near(lossOf(found.best), lossOf(expected.best), 4e-3, 'log-loss of the choice')
      const refit = await fitHead({ ...local, ...options, ...found.best })
      near(found.head.objective, refit.objective, 1e-6, 'objective')
    }),
    { numRuns: 15 },
  )
})

test('rows go to workers once for all folds, all combinations and the head', async () => {
  const shape = { kind: 'multinomial', labels: 3, columns: 5, rows: 60, seed: 9, weighted: false } as const
  const { trainingRows, head } = problem(shape)
  await using parts = new InProcessParts({ parts: dealt(trainingRows, [0, 1, 2, 3], 4) })
  await crossValidateDistributed({ ...head, parts, grid, folds })
  assert.equal(parts.rowsSent, 60)
})

test('a class that a fold cannot train on is refused', async () => {
  const shape = { kind: 'multinomial', labels: 3, columns: 5, rows: 60, seed: 9, weighted: false } as const
  const { trainingRows, head } = problem(shape)
  const rows = trainingRows.map(row => ({ ...row, fold: row.classes[0] === 1 ? 2 : 0 }))
  await using parts = new InProcessParts({ parts: dealt(rows, [0, 1], 2) })
  await assert.rejects(crossValidateDistributed({ ...head, parts, grid, folds }), {
    code: 'single_class',
    message: /labelled a, c/,
  })
})
