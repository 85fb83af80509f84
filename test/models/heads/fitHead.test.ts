import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FitHeadOptions, fitHead } from '../../../models/heads/fitHead.ts'
import { clusters, objectiveOf, type ReferenceProblem, referenceFit, rowsOf, sum } from './reference.ts'

const names = [...'abcdefgh']

function head(
  { x, y, data }: ReturnType<typeof clusters>,
  outputs: number,
  options: Partial<FitHeadOptions> = {},
) {
  return fitHead({
    features: { data, rows: x.length, columns: x[0]?.length ?? 0 },
    kind: outputs === 1 ? 'binary' : 'multinomial',
    labels: names.slice(0, Math.max(outputs, 2)),
    classes: Int32Array.from(y),
    maxIterations: 2000,
    tolerance: 1e-8,
    ...options,
  })
}

function close(found: number, expected: number, tolerance: number, what = 'value'): void {
  assert.ok(
    Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what} ${found}, not ${expected}`,
  )
}

const cases = [
  { name: 'binary, L2', outputs: 1, regParam: 0.1, elasticNetParam: 0 },
  { name: 'binary, weak L2', outputs: 1, regParam: 0.001, elasticNetParam: 0 },
  { name: 'binary, elastic net', outputs: 1, regParam: 0.05, elasticNetParam: 0.5 },
  { name: 'binary, L1', outputs: 1, regParam: 0.05, elasticNetParam: 1 },
  { name: 'multinomial, L2', outputs: 4, regParam: 0.05, elasticNetParam: 0 },
  { name: 'multinomial, elastic net', outputs: 4, regParam: 0.02, elasticNetParam: 0.3 },
  { name: 'softmax over two classes', outputs: 2, regParam: 0.05, elasticNetParam: 0 },
]

for (const { name, outputs, regParam, elasticNetParam } of cases) {
  test(`${name}: objective and coefficients of an independent proximal-gradient solver`, async () => {
    const rows = clusters({ rows: 160, columns: 7, classes: Math.max(outputs, 2), seed: 5 })
    const problem: ReferenceProblem = { ...rows, outputs, regParam, elasticNetParam }
    const expected = referenceFit(problem)
    const found = await head(rows, outputs, { regParam, elasticNetParam })
    assert.ok(found.converged)
    close(found.objective, expected.objective, 1e-7, 'objective')
    const coefficients = rowsOf(found.coefficients, 7)
    close(
      objectiveOf(problem, coefficients, [...found.intercepts]),
      expected.objective,
      1e-7,
      'recomputed objective',
    )
    expected.coefficients.flat().forEach((value, at) => {
      close(found.coefficients[at] as number, value, 2e-3, `coefficient ${at}`)
    })
    const shift = outputs === 1 ? 0 : sum(expected.intercepts) / outputs
    expected.intercepts.forEach((value, at) => {
      close(found.intercepts[at] as number, value - shift, 1e-2, `intercept ${at}`)
    })
    if (elasticNetParam > 0) {
      const zeros = (values: Iterable<number>) => [...values].filter(value => value === 0).length
      assert.ok(zeros(found.coefficients) > 0)
      assert.equal(zeros(found.coefficients), zeros(expected.coefficients.flat()))
    }
  })
}

test('random problems of every kind agree with the independent solver', async () => {
  const settings = fc.record({
    outputs: fc.constantFrom(1, 3),
    columns: fc.integer({ min: 1, max: 5 }),
    regParam: fc.constantFrom(0.01, 0.1, 1),
    elasticNetParam: fc.constantFrom(0, 0.4, 1),
    seed: fc.integer(),
    offset: fc.constantFrom(0, -20, 300),
  })
  await fc.assert(
    fc.asyncProperty(settings, async ({ outputs, columns, regParam, elasticNetParam, seed, offset }) => {
      const rows = clusters({ rows: 45, columns, classes: Math.max(outputs, 2), seed, offset })
      const problem: ReferenceProblem = { ...rows, outputs, regParam, elasticNetParam }
      const found = await head(rows, outputs, { regParam, elasticNetParam })
      close(found.objective, referenceFit(problem).objective, 1e-6, 'objective')
      const recomputed = objectiveOf(problem, rowsOf(found.coefficients, columns), [...found.intercepts])
      close(recomputed, found.objective, 1e-6, 'recomputed objective')
      found.history.forEach((value, at) => {
        assert.ok(at === 0 || value <= (found.history[at - 1] as number) * (1 + 1e-7), `rises at ${at}`)
      })
    }),
    { numRuns: 25 },
  )
})

test('one feature of two values has the closed form: unregularised, the model gives the observed frequencies', async () => {
  // x = 0: 1 of 4 positive; x = 1: 3 of 4.
  const x = [0, 0, 0, 0, 1, 1, 1, 1].map(value => [value])
  const y = [1, 0, 0, 0, 1, 1, 1, 0]
  const rows = { x, y, data: Float32Array.from(x.flat()) }
  const binary = await head(rows, 1)
  close(binary.intercepts[0] as number, -Math.log(3), 1e-4)
  close(binary.coefficients[0] as number, 2 * Math.log(3), 1e-4)
  close(binary.objective, -(Math.log(0.75) * 3 + Math.log(0.25)) / 4, 1e-7)
})

test('two classes by softmax pay half the penalty of one logistic function: the families are not the same', async () => {
  const rows = clusters({ rows: 80, columns: 3, classes: 2, seed: 2 })
  const softmax = await head(rows, 2, { regParam: 0.2 })
  const logistic = await head(rows, 1, { regParam: 0.1 })
  close(softmax.objective, logistic.objective, 1e-7)
  const difference = (softmax.coefficients[3] as number) - (softmax.coefficients[0] as number)
  close(difference, logistic.coefficients[0] as number, 1e-3)
})

test('without a penalty multinomial coefficients and intercepts are centred, as in MLlib', async () => {
  const rows = clusters({ rows: 120, columns: 2, classes: 3, seed: 9, spread: 3 })
  const { coefficients, intercepts } = await head(rows, 3)
  for (const column of [0, 1]) {
    close(sum([0, 1, 2].map(output => coefficients[output * 2 + column] as number)), 0, 1e-12)
  }
  close(sum([...intercepts]), 0, 1e-12)
})

test('a feature that never varies gets coefficient 0, whatever its value', async () => {
  const rows = clusters({ rows: 60, columns: 3, classes: 2, seed: 3 })
  for (const constant of [0, 0.1, 1e6]) {
    const data = rows.data.map((value, at) => (at % 3 === 1 ? constant : value))
    const found = await head({ ...rows, data }, 1, { regParam: 0.01 })
    assert.equal(found.coefficients[1], 0)
    const without = {
      ...rows,
      x: rows.x.map(([a = 0, , c = 0]) => [a, c]),
      data: data.filter((_, at) => at % 3 !== 1),
    }
    close(found.objective, (await head(without, 1, { regParam: 0.01 })).objective, 1e-7)
  }
})

test('the scale and offset of a feature change nothing but its coefficient', async () => {
  const rows = clusters({ rows: 90, columns: 3, classes: 3, seed: 4 })
  const plain = await head(rows, 3, { regParam: 0.05, elasticNetParam: 0.2 })
  const data = rows.data.map((value, at) => (at % 3 === 2 ? 64 * value - 512 : value))
  const scaled = await head({ ...rows, data }, 3, { regParam: 0.05, elasticNetParam: 0.2 })
  close(scaled.objective, plain.objective, 1e-6)
  for (const output of [0, 1, 2]) {
    close(
      64 * (scaled.coefficients[output * 3 + 2] as number),
      plain.coefficients[output * 3 + 2] as number,
      2e-3,
    )
  }
})

test('features a quarter of a million deviations from zero do not upset the solution', async () => {
  const rows = clusters({ rows: 120, columns: 3, classes: 3, seed: 4, offset: 0 })
  // Multiples of 1/16 keep their digits next to 2^18 in 32 bits.
  const rounded = rows.data.map(value => Math.round(value * 16) / 16)
  const near = await head({ ...rows, data: rounded }, 3, { regParam: 0.01 })
  const far = await head({ ...rows, data: rounded.map(value => value + 2 ** 18) }, 3, { regParam: 0.01 })
  close(far.objective, near.objective, 1e-7)
})

test('sample weights count as MLlib counts them, zero leaving a row out', async () => {
  const rows = clusters({ rows: 60, columns: 3, classes: 3, seed: 6 })
  const weights = rows.y.map((_, at) => (at % 7) / 2)
  const options = { regParam: 0.05, sampleWeights: Float32Array.from(weights) }
  const expected = referenceFit({ ...rows, weights, outputs: 3, regParam: 0.05, elasticNetParam: 0 })
  close((await head(rows, 3, options)).objective, expected.objective, 1e-7)
})

test('balanced class weights are the weights n / (k · count) on the rows', async () => {
  const rows = clusters({ rows: 60, columns: 3, classes: 3, seed: 8 })
  const y = rows.y.map((label, at) => (at < 40 ? 0 : label))
  const counts = [0, 1, 2].map(label => y.filter(other => other === label).length)
  const factors = counts.map(count => 60 / (3 * count))
  const sampleWeights = Float32Array.from(y, label => factors[label] as number)
  const byRow = await head({ ...rows, y }, 3, { regParam: 0.05, sampleWeights })
  const balanced = await head({ ...rows, y }, 3, { regParam: 0.05, classWeights: 'balanced' })
  const given = await head({ ...rows, y }, 3, { regParam: 0.05, classWeights: factors })
  close(balanced.objective, byRow.objective, 1e-7)
  close(given.objective, byRow.objective, 1e-7)
})

test('each label of a multi-label head is the binary head of its verified rows', async () => {
  const rows = clusters({ rows: 90, columns: 4, classes: 3, seed: 11 })
  // Label 0: class 0, known everywhere. Label 1: class 1, known where the row is even. Label 2: class 2, unknown in class 0.
  const known = [() => true, (row: number) => row % 2 === 0, (row: number) => rows.y[row] !== 0]
  const truth = rows.y.map((label, row) =>
    known.map((isKnown, at) => (isKnown(row) ? Number(label === at) : -1)),
  )
  const multi = await head(rows, 3, {
    kind: 'multilabel',
    classes: Int8Array.from(truth.flat()),
    regParam: 0.02,
    elasticNetParam: 0.1,
  })
  const alone = await Promise.all(
    known.map((isKnown, label) => {
      const kept = rows.y.flatMap((_, row) => (isKnown(row) ? [row] : []))
      const x = kept.map(row => rows.x[row] as number[])
      const y = kept.map(row => Number(rows.y[row] === label))
      return head({ x, y, data: Float32Array.from(x.flat()) }, 1, {
        labels: ['it'],
        regParam: 0.02,
        elasticNetParam: 0.1,
      })
    }),
  )
  alone.forEach((single, label) => {
    single.coefficients.forEach((value, at) => {
      close(multi.coefficients[label * 4 + at] as number, value, 1e-3)
    })
    close(multi.intercepts[label] as number, single.intercepts[0] as number, 1e-3)
  })
  close(multi.objective, sum(alone.map(({ objective }) => objective)) / 3, 1e-7)
})

test('separable classes without a penalty end at the iterations allowed, with finite numbers', async () => {
  const x = [-3, -2, -1, 1, 2, 3].map(value => [value])
  const rows = { x, y: [0, 0, 0, 1, 1, 1], data: Float32Array.from(x.flat()) }
  const found = await head(rows, 1, { maxIterations: 15, tolerance: 0 })
  assert.ok(found.iterations <= 15)
  assert.ok(Number.isFinite(found.coefficients[0]) && found.objective < 0.01 && found.objective >= 0)
})

test('the default tolerance means what it says: within 1e-6 of the optimum', async () => {
  for (const [outputs, elasticNetParam] of [
    [1, 0],
    [5, 0],
    [5, 0.5],
  ] as const) {
    const rows = clusters({ rows: 300, columns: 40, classes: Math.max(outputs, 2), seed: 21, spread: 3 })
    const options = { regParam: 0.003, elasticNetParam }
    const exact = await head(rows, outputs, { ...options, tolerance: 1e-12 })
    const usual = await head(rows, outputs, { ...options, tolerance: undefined })
    assert.ok(
      usual.objective <= exact.objective * (1 + 1e-6),
      `${usual.objective} against ${exact.objective}`,
    )
    assert.ok(usual.iterations < exact.iterations)
  }
})

test('more threads, and more rows than fit one block, give the same head', async () => {
  const rows = clusters({ rows: 9000, columns: 260, classes: 3, seed: 13, spread: 6 })
  const one = await head(rows, 3, { regParam: 0.1, tolerance: 1e-6 })
  const two = await head(rows, 3, { regParam: 0.1, tolerance: 1e-6, threads: 2 })
  close(two.objective, one.objective, 1e-6)
  const order = rows.x.map((_, row) => row).reverse()
  const x = order.map(row => rows.x[row] as number[])
  const y = order.map(row => rows.y[row] as number)
  const reversed = await head({ x, y, data: Float32Array.from(x.flat()) }, 3, {
    regParam: 0.1,
    tolerance: 1e-6,
  })
  close(reversed.objective, one.objective, 1e-6)
})

test('what cannot be trained on is refused by name', async () => {
  const rows = clusters({ rows: 12, columns: 3, classes: 3, seed: 1 })
  const refused = async (
    expected: { code: string; message?: RegExp },
    options: Partial<FitHeadOptions>,
    outputs = 3,
  ) => assert.rejects(head(rows, outputs, options), { fault: 'user', ...expected })
  const features = (data: Float32Array) => ({ features: { data, rows: 12, columns: 3 } })
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const data = rows.data.with(4 * 3 + 2, bad)
    await refused({ code: 'feature_not_finite', message: /row 4, feature 2/ }, features(data))
  }
  await refused({ code: 'bad_features', message: /35 numbers/ }, features(rows.data.subarray(1)))
  await refused({ code: 'bad_features' }, { features: { data: new Float32Array(0), rows: 0, columns: 3 } })
  await refused(
    { code: 'single_class', message: /labelled b/ },
    { classes: new Int32Array(12), kind: 'binary', labels: ['a', 'b'] },
  )
  await refused(
    { code: 'single_class', message: /labelled not b/ },
    { classes: new Int32Array(12).fill(1), kind: 'binary', labels: ['b'] },
  )
  await refused({ code: 'single_class', message: /labelled d/ }, { labels: [...'abcd'] })
  await refused(
    { code: 'bad_targets', message: /row 0 has class 7/ },
    { classes: Int32Array.from(rows.y).with(0, 7) },
  )
  await refused({ code: 'bad_targets' }, { classes: new Int32Array(5) })
  await refused({ code: 'bad_targets' }, { labels: ['a', 'a', 'b'] })
  await refused({ code: 'bad_targets' }, { kind: 'binary' })
  await refused({ code: 'bad_weights' }, { classWeights: [1, 2] })
  await refused({ code: 'bad_weights' }, { classWeights: [1, 2, -1] })
  await refused(
    { code: 'bad_weights', message: /sample weight 3/ },
    { sampleWeights: new Float32Array(12).with(3, Number.NaN) },
  )
  await refused({ code: 'bad_parameter', message: /regParam is -1/ }, { regParam: -1 })
  await refused({ code: 'bad_parameter' }, { elasticNetParam: 1.5 })
  await refused({ code: 'bad_parameter' }, { maxIterations: 1.5 })
  await refused({ code: 'bad_parameter' }, { tolerance: Number.NaN })
  await refused({ code: 'bad_parameter' }, { threads: 0 })
})
