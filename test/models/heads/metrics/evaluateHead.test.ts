import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { evaluateHead } from '../../../../models/heads/metrics/evaluateHead.ts'
import type { Estimate } from '../../../../models/heads/metrics/HeadMetrics.ts'
import { gaussian, sum, uniform } from '../reference.ts'

const seed = 1
const close = (found: number | null | undefined, expected: number, tolerance = 1e-12) =>
  assert.ok(typeof found === 'number' && Math.abs(found - expected) <= tolerance, `${found}, not ${expected}`)

test('figures of a hand-worked example', () => {
  const probabilities = Float64Array.of(
    0.7,
    0.2,
    0.1,
    0.6,
    0.3,
    0.1,
    0.1,
    0.8,
    0.1,
    0.2,
    0.5,
    0.3,
    0.1,
    0.2,
    0.7,
  )
  const metrics = evaluateHead({
    kind: 'multinomial',
    labels: ['a', 'b', 'c'],
    classes: Int32Array.of(0, 1, 1, 2, 2),
    probabilities,
    rows: 5,
    seed,
  })
  close(metrics.accuracy.value, 3 / 5)
  close(
    metrics.logLoss.value,
    -(Math.log(0.7) + Math.log(0.3) + Math.log(0.8) + Math.log(0.3) + Math.log(0.7)) / 5,
  )
  assert.deepEqual(metrics.confusion?.counts, [
    [1, 0, 0],
    [1, 1, 0],
    [0, 1, 1],
  ])
  const [a, b, c] = metrics.classes
  close(a?.precision.value, 1 / 2)
  close(a?.recall.value, 1)
  close(a?.f1.value, 2 / 3)
  close(b?.precision.value, 1 / 2)
  close(c?.f1.value, 2 / 3)
  // b: rows of b score .3 and .8; the others .2, .5, .2: five of six pairs in order.
  close(b?.auc.value, 5 / 6)
  // Confidences .7, .6, .8, .5, .7 in bins of 1/15, right, wrong, right, wrong, right.
  close(metrics.calibrationError.value, (0.6 + 0.6 + 0.2 + 0.5) / 5)
  close(metrics.brier.value, (0.14 + 0.86 + 0.06 + 0.78 + 0.14) / 5)
})

test('AUC counts pairs in order, ties half', () => {
  const rows = fc.array(fc.record({ score: fc.integer({ min: 0, max: 6 }), positive: fc.boolean() }), {
    minLength: 2,
    maxLength: 40,
  })
  fc.assert(
    fc.property(rows, items => {
      const metrics = evaluateHead({
        kind: 'binary',
        labels: ['it'],
        classes: Int32Array.from(items, ({ positive }) => Number(positive)),
        probabilities: Float32Array.from(items, ({ score }) => score / 6),
        rows: items.length,
        seed,
        resamples: 1,
      })
      const pairs = items
        .filter(({ positive }) => positive)
        .flatMap(one =>
          items.filter(({ positive }) => !positive).map(other => Math.sign(one.score - other.score)),
        )
      const expected = sum(pairs.map(sign => (sign + 1) / 2)) / pairs.length
      if (pairs.length === 0) assert.equal(metrics.classes[0]?.auc.value, null)
      else close(metrics.classes[0]?.auc.value, expected)
    }),
  )
})

test('a two-label head judges both labels, with the same AUC', () => {
  const random = uniform(3)
  const positive = Float64Array.from({ length: 50 }, random)
  const classes = Int32Array.from(positive, value => Number(value + random() > 1))
  const metrics = evaluateHead({
    kind: 'binary',
    labels: ['no', 'yes'],
    classes,
    probabilities: Float64Array.from([...positive].flatMap(value => [1 - value, value])),
    rows: 50,
    seed,
  })
  close(metrics.classes[0]?.auc.value, metrics.classes[1]?.auc.value as number)
  assert.deepEqual(metrics.confusion?.labels, ['no', 'yes'])
})

test('independent labels are judged on verified pairs alone', () => {
  const metrics = evaluateHead({
    kind: 'multilabel',
    labels: ['a', 'b'],
    classes: Int8Array.of(1, -1, 0, 1, 1, 0, -1, -1),
    probabilities: Float64Array.of(0.9, 0.9, 0.6, 0.4, 0.8, 0.1, 0.5, 0.5),
    rows: 4,
    seed,
  })
  close(metrics.accuracy.value, 3 / 5)
  const [a, b] = metrics.classes
  assert.deepEqual([a?.positives, a?.negatives, b?.positives, b?.negatives], [2, 1, 1, 1])
  close(a?.precision.value, 2 / 3)
  close(a?.auc.value, 1)
  close(b?.recall.value, 0)
  assert.equal(b?.precision.value, null)
  close(metrics.brier.value, (0.01 + 0.36 + 0.36 + 0.04 + 0.01) / 5)
  assert.equal(metrics.confusion, null)
})

test('what the test rows do not define is null, never NaN', () => {
  const options = { kind: 'multinomial', labels: ['a', 'b', 'c'], seed } as const
  const empty = evaluateHead({
    ...options,
    classes: new Int32Array(0),
    probabilities: new Float32Array(0),
    rows: 0,
  })
  const oneClass = evaluateHead({
    ...options,
    classes: Int32Array.of(0, 0),
    probabilities: Float32Array.of(1, 0, 0, 0.5, 0.5, 0),
    rows: 2,
  })
  const nothing: Estimate = { value: null, low: null, high: null }
  assert.deepEqual(empty.accuracy, nothing)
  assert.deepEqual(oneClass.classes[0]?.auc, nothing)
  assert.deepEqual(oneClass.classes[1]?.recall, nothing)
  assert.deepEqual(oneClass.classes[1]?.f1, nothing)
  assert.deepEqual(oneClass.macroAuc, nothing)
  assert.deepEqual(oneClass.accuracy, { value: 1, low: 1, high: 1 })
  for (const metrics of [empty, oneClass]) {
    assert.deepEqual(JSON.parse(JSON.stringify(metrics)), metrics)
    assert.doesNotMatch(JSON.stringify(metrics), /NaN|Infinity/)
  }
})

test('a sure mistake has a large but finite loss', () => {
  const metrics = evaluateHead({
    kind: 'binary',
    labels: ['a', 'b'],
    classes: Int32Array.of(1),
    probabilities: Float32Array.of(1, 0),
    rows: 1,
    seed,
  })
  close(metrics.logLoss.value, 126 * Math.LN2, 1e-9)
})

/** 300 rows of two classes with accuracy near `accuracy`. */
function noisy(accuracy: number, rows: number, from: number) {
  const random = uniform(from)
  const classes = Int32Array.from({ length: rows }, () => Number(random() < 0.5))
  const probabilities = Float64Array.from(
    [...classes].flatMap(label => {
      const said = random() < accuracy ? label : 1 - label
      return said === 0 ? [0.8, 0.2] : [0.2, 0.8]
    }),
  )
  return { kind: 'binary', labels: ['a', 'b'], classes, probabilities, rows } as const
}

test('an interval has its binomial width, follows the seed and covers the truth about as often as it says', () => {
  const { accuracy } = evaluateHead({ ...noisy(0.8, 300, 1), seed })
  const expected = 2 * 1.96 * Math.sqrt(((accuracy.value ?? 0) * (1 - (accuracy.value ?? 0))) / 300)
  close((accuracy.high ?? 0) - (accuracy.low ?? 0), expected, 0.1 * expected)
  assert.deepEqual(evaluateHead({ ...noisy(0.8, 300, 1), seed }).accuracy, accuracy)
  assert.notDeepEqual(
    evaluateHead({ ...noisy(0.8, 300, 1), seed: 2 }).logLoss,
    evaluateHead({ ...noisy(0.8, 300, 1), seed }).logLoss,
  )
  let covered = 0
  for (let trial = 0; trial < 200; trial++) {
    const { accuracy } = evaluateHead({ ...noisy(0.8, 150, 100 + trial), seed: trial, resamples: 200 })
    if ((accuracy.low ?? 1) <= 0.8 && (accuracy.high ?? 0) >= 0.8) covered++
  }
  assert.ok(covered >= 178 && covered <= 199, `${covered} of 200`)
})

test('rows of one group are drawn together: the interval of repeated rows is that of the originals', () => {
  const base = noisy(0.8, 100, 5)
  const repeated = {
    ...base,
    rows: 400,
    classes: Int32Array.from({ length: 400 }, (_, at) => base.classes[at % 100] as number),
    probabilities: Float64Array.from({ length: 800 }, (_, at) => base.probabilities[at % 200] as number),
  }
  const groups = Array.from({ length: 400 }, (_, at) => `g${at % 100}`)
  const originals = evaluateHead({ ...base, seed })
  const grouped = evaluateHead({ ...repeated, groups, seed })
  assert.deepEqual(grouped.accuracy, originals.accuracy)
  assert.equal(grouped.interval.unit, 'group')
})

test('a thousand resamples of ten classes and eight thousand rows take seconds', () => {
  const random = gaussian(1)
  const classes = Int32Array.from({ length: 8000 }, (_, at) => at % 10)
  const probabilities = Float64Array.from(
    [...classes].flatMap(label => {
      const scores = Array.from({ length: 10 }, (_, at) => Math.exp(random() + (at === label ? 2 : 0)))
      return scores.map(score => score / sum(scores))
    }),
  )
  const metrics = evaluateHead({
    kind: 'multinomial',
    labels: [...'abcdefghij'],
    classes,
    probabilities,
    rows: 8000,
    seed,
  })
  assert.equal(metrics.interval.resamples, 1000)
  for (const { auc } of metrics.classes)
    assert.ok((auc.low ?? 1) <= (auc.value ?? 0) && (auc.high ?? 0) >= (auc.value ?? 1))
})

test('arrays that do not fit, and numbers that are no probabilities, are refused', () => {
  const options = {
    kind: 'binary',
    labels: ['a', 'b'],
    classes: Int32Array.of(0),
    probabilities: Float32Array.of(1, 0),
    rows: 1,
    seed,
  } as const
  const refused = { code: 'bad_metrics', fault: 'user' }
  assert.throws(() => evaluateHead({ ...options, rows: 2 }), refused)
  assert.throws(() => evaluateHead({ ...options, classes: Int32Array.of(2) }), refused)
  assert.throws(() => evaluateHead({ ...options, probabilities: Float32Array.of(Number.NaN, 0) }), {
    ...refused,
    message: /NaN/,
  })
  assert.throws(() => evaluateHead({ ...options, groups: [] }), refused)
})
