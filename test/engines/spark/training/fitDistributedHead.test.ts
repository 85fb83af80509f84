import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DistributedEvaluator } from '../../../../engines/spark/training/DistributedEvaluator.ts'
import { distributedRows } from '../../../../engines/spark/training/distributedRows.ts'
import { fitDistributedHead } from '../../../../engines/spark/training/fitDistributedHead.ts'
import { type FittedHead, fitHead } from '../../../../models/heads/fitHead.ts'
import { type ClassWeights, headTasks } from '../../../../models/heads/headTasks.ts'
import { LossEvaluator } from '../../../../models/heads/LossEvaluator.ts'
import { localRows } from '../../../../models/heads/localRows.ts'
import { uniform } from '../../../models/heads/reference.ts'
import { InProcessParts, type TrainingRow } from './inProcessParts.ts'
import { cuts, dealt, folds, near, type ProblemOptions, problem, shapes } from './problem.ts'

test('any parts of the rows: the same objective and coefficients as in one process', async () => {
  const settings = fc.record({
    shape: shapes,
    cut: cuts,
    regParam: fc.constantFrom(0.01, 0.1),
    elasticNetParam: fc.constantFrom(0, 0.5, 1),
    classWeights: fc.constantFrom<ClassWeights | undefined>(undefined, 'balanced'),
  })
  await fc.assert(
    fc.asyncProperty(settings, async ({ shape, cut, ...options }) => {
      const { trainingRows, head, local } = problem(shape)
      const search = { ...options, tolerance: 1e-10, maxIterations: 500 }
      const expected = await fitHead({ ...local, ...search })
      await using parts = new InProcessParts({ ...cut, parts: dealt(trainingRows, cut.of, cut.parts) })
      const found = await fitDistributedHead({ ...head, ...search, parts })
      assertSameHead(found, expected)
    }),
    { numRuns: 25 },
  )
})

function assertSameHead(found: FittedHead, expected: FittedHead): void {
  near(found.objective, expected.objective, 1e-6, 'objective')
  // The objective is flat around its minimum: where it differs by 1e-6 of itself, coefficients may by the root of that.
  for (const [at, value] of expected.coefficients.entries())
    near(found.coefficients[at] as number, value, 2e-3, `coefficient ${at}`)
  for (const [at, value] of expected.intercepts.entries())
    near(found.intercepts[at] as number, value, 1e-2, `intercept ${at}`)
}

test('moments and totals of any parts are those of all rows to 1e-9', async () => {
  await fc.assert(
    fc.asyncProperty(shapes, cuts, async (shape, cut) => {
      const { trainingRows, head, local } = problem(shape)
      const heldOut = [null, ...Array(folds).keys()]
      const tasks = headTasks({ ...local, rows: shape.rows, classWeights: 'balanced' }, heldOut)
      const whole = localRows({ ...tasks, features: local.features, threads: 1 })
      await using parts = new InProcessParts({ ...cut, parts: dealt(trainingRows, cut.of, cut.parts) })
      const spread = await distributedRows({ ...head, parts, classWeights: 'balanced' }, heldOut)
      const all = Array.from({ length: whole.tasks }, (_, task) => task)
      const expected = await whole.moments(all)
      const found = await spread.moments(all)
      assert.equal(spread.tasks, whole.tasks)
      assert.equal(found.length, expected.length)
      for (const [task, { moments, targetTotals }] of expected.entries()) {
        const own = found[task]?.moments
        near(own?.weightSum ?? 0, moments.weightSum, 1e-9, 'weight')
        near(own?.weightSquares ?? 0, moments.weightSquares, 1e-9, 'squared weights')
        for (const [column, mean] of moments.mean.entries()) {
          near(own?.mean[column] ?? 0, mean, 1e-9, 'mean')
          near(own?.squares[column] ?? 0, moments.squares[column] as number, 1e-9, 'squares')
        }
        for (const [output, total] of targetTotals.entries())
          near(found[task]?.targetTotals[output] ?? 0, total, 1e-9, 'target total')
      }
    }),
    { numRuns: 60 },
  )
})

/** One evaluation at a point that is not the start, in one process and over parts. */
async function evaluations(
  shape: ProblemOptions,
  partsOf: (rows: readonly TrainingRow[]) => TrainingRow[][],
) {
  const { trainingRows, head, local } = problem(shape)
  const tasks = headTasks({ ...local, rows: shape.rows })
  const origin = Float32Array.from({ length: shape.columns }, (_, at) => at / 8)
  const next = uniform(shape.seed + 2)
  const count = tasks.tasks.length * tasks.outputs
  const models = {
    coefficients: Float64Array.from({ length: count * shape.columns }, () => (next() - 0.5) / shape.columns),
    intercepts: Float64Array.from({ length: count }, next),
  }
  const active = tasks.tasks.map((_, task) => task)
  await using whole = await LossEvaluator.open({ ...tasks, features: local.features, origin, threads: 1 })
  await using parts = new InProcessParts({ parts: partsOf(trainingRows) })
  await using spread = new DistributedEvaluator({
    parts,
    head: { head: head.kind, labels: head.labels.length, threads: 1 },
    heldOut: [null],
    factors: active.map(() => null),
    outputs: tasks.outputs,
    origin,
  })
  return { expected: await whole.evaluate(active, models), found: await spread.evaluate(active, models) }
}

function largestError({ found, expected }: Awaited<ReturnType<typeof evaluations>>): number {
  const errors = (['loss', 'coefficients', 'intercepts'] as const).map(name => {
    const scale = expected[name].reduce((most, value) => Math.max(most, Math.abs(value)), 1)
    return expected[name].reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (found[name][at] as number)) / scale),
      0,
    )
  })
  return Math.max(...errors)
}

test('an evaluation over parts that are whole blocks is the same to 1e-12', async () => {
  // 1024 rows of 2048 features are two blocks of 512.
  for (const kind of ['binary', 'multinomial', 'multilabel'] as const) {
    const shape = { kind, labels: 3, columns: 2048, rows: 1024, seed: 3, weighted: true }
    const error = largestError(
      await evaluations(shape, rows => [[], rows.slice(0, 512), [], rows.slice(512)] as TrainingRow[][]),
    )
    assert.ok(error < 1e-12, `${kind}: ${error}`)
  }
})

test('over any other parts it differs by the rounding of 32-bit sums within a block', async () => {
  let most = 0
  await fc.assert(
    fc.asyncProperty(shapes, cuts, async (shape, { of, parts }) => {
      const error = largestError(await evaluations(shape, rows => dealt(rows, of, parts)))
      most = Math.max(most, error)
      assert.ok(error < 5e-6, `${error}`)
    }),
    { numRuns: 60 },
  )
  assert.ok(most > 0)
})

test('the order in which parts answer changes nothing', async () => {
  const { trainingRows, head } = problem({
    kind: 'multinomial',
    labels: 3,
    columns: 5,
    rows: 80,
    seed: 4,
    weighted: true,
  })
  const of = [0, 3, 1, 4, 2, 0, 1]
  const fits = []
  for (const workers of [1, 2, 3, 5]) {
    await using parts = new InProcessParts({ parts: dealt(trainingRows, of, 5), workers })
    fits.push(await fitDistributedHead({ ...head, parts, regParam: 0.02 }))
  }
  for (const fit of fits) assert.deepEqual(fit, fits[0])
})

test('parts are sent once where workers may keep them, and again where a worker is lost', async () => {
  const { trainingRows, head } = problem({
    kind: 'multinomial',
    labels: 3,
    columns: 5,
    rows: 60,
    seed: 9,
    weighted: false,
  })
  const of = [0, 1, 2, 3]
  const options = { ...head, regParam: 0.02, tolerance: 1e-8 }
  await using undisturbed = new InProcessParts({ parts: dealt(trainingRows, of, 4) })
  const expected = await fitDistributedHead({ ...options, parts: undisturbed })
  assert.equal(undisturbed.rowsSent, 60)
  assert.ok(expected.iterations > 5)

  let runs = 0
  class Unlucky extends InProcessParts {
    override async *run(...args: Parameters<InProcessParts['run']>) {
      runs++
      // A different worker each third time, before the run or in the middle of it.
      if (runs % 6 === 3) await this.lose(0)
      for await (const batch of super.run(...args)) {
        if (runs % 6 === 0) await this.lose(1)
        yield batch
      }
    }
  }
  await using unlucky = new Unlucky({ parts: dealt(trainingRows, of, 4) })
  const found = await fitDistributedHead({ ...options, parts: unlucky })
  assert.ok(unlucky.rowsSent > 60)
  assert.deepEqual(found, expected)
})

test('what cannot be trained on is refused by name, and by part', async () => {
  const shape = { kind: 'multinomial', labels: 3, columns: 3, rows: 30, seed: 1, weighted: false } as const
  const { trainingRows, head } = problem(shape)
  const refused = async (rows: readonly TrainingRow[], expected: object, labels = head.labels) => {
    await using parts = new InProcessParts({ parts: dealt(rows, [0, 1], 2) })
    await assert.rejects(fitDistributedHead({ ...head, labels, parts }), { fault: 'user', ...expected })
  }
  const withRow = (row: Partial<TrainingRow>) =>
    trainingRows.map((own, at) => (at === 7 ? { ...own, ...row } : own))
  await refused([], { code: 'bad_features' })
  await refused(trainingRows, { code: 'single_class', message: /labelled d/ }, [...'abcd'])
  await refused(withRow({ features: Float32Array.of(1, 2, Number.NaN) }), {
    code: 'feature_not_finite',
    message: /part 1: row 3, feature 2/,
  })
  await refused(withRow({ features: Float32Array.of(1, 2) }), { code: 'bad_features', message: /part 1/ })
  await refused(withRow({ classes: [3] }), { code: 'bad_targets', message: /part 1: row 3 has class 3/ })
  await refused(withRow({ classes: [0, 1] }), { code: 'bad_targets' })
  await refused(withRow({ weight: -1 }), { code: 'bad_weights', message: /part 1/ })
  const lengths = trainingRows.map((row, at) =>
    at % 2 === 0 ? row : { ...row, features: row.features.subarray(1) },
  )
  await refused(lengths, { code: 'bad_features', message: /rows of 3 and of 2|rows of 2 and of 3/ })
})
