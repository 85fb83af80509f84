import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crossValidate } from '../../../models/heads/crossValidate.ts'
import { fitHead } from '../../../models/heads/fitHead.ts'
import { gridOf } from '../../../models/heads/gridOf.ts'
import type { HeadTargets } from '../../../models/heads/headTasks.ts'
import { evaluateHead } from '../../../models/heads/metrics/evaluateHead.ts'
import { foldRows } from '../../../models/heads/split.ts'
import { clusters, sum } from './reference.ts'

const columns = 6
const rows = clusters({ rows: 120, columns, classes: 3, seed: 17, spread: 2 })
const ids = rows.y.map((_, at) => `image${at}`)
const features = { data: rows.data, rows: rows.y.length, columns }

/** The plain way: one head for each fold, trained on a copy of its rows. */
async function foldByFold(
  targets: HeadTargets,
  foldOf: Int32Array,
  regParam: number,
  elasticNetParam: number,
) {
  const width = targets.kind === 'multilabel' ? targets.labels.length : 1
  const scores = []
  for (const fold of [0, 1, 2]) {
    const pick = (isKept: (row: number) => boolean) => {
      const kept = rows.y.flatMap((_, row) => (isKept(row) ? [row] : []))
      return {
        features: {
          data: Float32Array.from(kept.flatMap(row => rows.x[row] as number[])),
          rows: kept.length,
          columns,
        },
        classes: Int32Array.from(
          kept.flatMap(row => [...targets.classes.subarray(row * width, (row + 1) * width)]),
        ),
      }
    }
    const train = pick(row => foldOf[row] !== fold)
    const held = pick(row => foldOf[row] === fold)
    const head = await fitHead({
      ...targets,
      ...train,
      regParam,
      elasticNetParam,
      classWeights: 'balanced',
      tolerance: 1e-9,
    })
    const logits = Array.from({ length: held.features.rows }, (_, row) =>
      [...head.intercepts].map(
        (intercept, output) =>
          sum(
            Array.from({ length: columns }, (_, j) => {
              return (
                (held.features.data[row * columns + j] as number) *
                (head.coefficients[output * columns + j] as number)
              )
            }),
          ) + intercept,
      ),
    )
    const probabilities = logits.flatMap(scores => {
      if (targets.kind === 'multilabel') return scores.map(score => 1 / (1 + Math.exp(-score)))
      const total = sum(scores.map(Math.exp))
      return scores.map(score => Math.exp(score) / total)
    })
    scores.push(
      evaluateHead({
        ...targets,
        classes: held.classes,
        probabilities: Float64Array.from(probabilities),
        rows: held.features.rows,
        seed: 1,
        resamples: 1,
      }),
    )
  }
  return scores
}

const multinomial: HeadTargets = {
  kind: 'multinomial',
  labels: ['a', 'b', 'c'],
  classes: Int32Array.from(rows.y),
}
const multilabel: HeadTargets = {
  kind: 'multilabel',
  labels: ['a', 'b', 'c'],
  classes: Int8Array.from(
    rows.y.flatMap((label, row) => [0, 1, 2].map(at => ((row + at) % 5 === 0 ? -1 : Number(label === at)))),
  ),
}

for (const targets of [multinomial, multilabel]) {
  test(`${targets.kind}: all folds solved side by side score as one by one`, async () => {
    const classes = rows.y.map((label, row) =>
      targets.kind === 'multinomial'
        ? String(label)
        : targets.labels.filter((_, at) => targets.classes[row * 3 + at] === 1),
    )
    const foldOf = foldRows({ ids, classes, seed: 4 }, 3)
    const result = await crossValidate({
      ...targets,
      grid: gridOf({ regParams: [0.01, 0.3], elasticNetParams: [0, 0.5] }),
      features,
      foldOf,
      folds: 3,
      classWeights: 'balanced',
      tolerance: 1e-9,
    })
    assert.equal(result.scores.length, 4)
    for (const { regParam, elasticNetParam, logLoss, accuracy } of result.scores) {
      const expected = await foldByFold(targets, foldOf, regParam, elasticNetParam)
      expected.forEach((metrics, fold) => {
        assert.ok(Math.abs((metrics.logLoss.value ?? 0) - (logLoss.folds[fold] ?? 0)) < 1e-4)
        assert.equal(metrics.accuracy.value, accuracy.folds[fold])
      })
    }
    const least = Math.min(...result.scores.map(({ logLoss }) => logLoss.mean))
    const best = result.scores.find(({ logLoss }) => logLoss.mean === least)
    assert.deepEqual(result.best, { regParam: best?.regParam, elasticNetParam: best?.elasticNetParam })
    const refit = await fitHead({
      ...targets,
      features,
      ...result.best,
      classWeights: 'balanced',
      tolerance: 1e-9,
    })
    assert.deepEqual(result.head.coefficients, refit.coefficients)
  })
}

test('of equal accuracies the stronger regularisation wins', async () => {
  const far = clusters({ rows: 60, columns: 2, classes: 2, seed: 1, spread: 0.01 })
  const result = await crossValidate({
    kind: 'binary',
    labels: ['a', 'b'],
    classes: Int32Array.from(far.y),
    features: { data: far.data, rows: 60, columns: 2 },
    foldOf: Int32Array.from(far.y, (_, row) => row % 5),
    folds: 5,
    grid: gridOf({ regParams: [0.001, 0.1, 0.01], elasticNetParams: [0] }),
    criterion: 'accuracy',
  })
  assert.equal(result.scores[0]?.accuracy.mean, 1)
  assert.deepEqual(result.best, { regParam: 0.1, elasticNetParam: 0 })
})

test('a class that a fold cannot train on is refused', async () => {
  const groups = rows.y.map(label => `g${label}`)
  const foldOf = foldRows({ ids, classes: rows.y.map(String), groups, seed: 1 }, 3)
  const grid = [{ regParam: 0.1, elasticNetParam: 0 }]
  await assert.rejects(crossValidate({ ...multinomial, features, foldOf, folds: 3, grid }), {
    code: 'single_class',
    fault: 'user',
  })
})
