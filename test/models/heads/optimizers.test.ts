import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lbfgs } from '../../../models/heads/lbfgs.ts'
import type { Evaluation, Optimizer } from '../../../models/heads/optimizer.ts'
import { owlqn } from '../../../models/heads/owlqn.ts'

function run(optimizer: Optimizer, evaluate: (point: Float64Array) => Evaluation) {
  let evaluations = 0
  let next = optimizer.next()
  while (!next.done) {
    evaluations++
    next = optimizer.next(evaluate(next.value))
  }
  return { ...next.value, evaluations }
}

/** Σ scale/2 · (x - centre)² */
function bowl(scales: readonly number[], centre: readonly number[]) {
  return (point: Float64Array): Evaluation => {
    const distance = point.map((value, at) => value - (centre[at] as number))
    return {
      value: distance.reduce((total, value, at) => total + ((scales[at] as number) / 2) * value * value, 1),
      gradient: distance.map((value, at) => (scales[at] as number) * value),
    }
  }
}

function rosenbrock([x = 0, y = 0]: Float64Array): Evaluation {
  return {
    value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
  }
}

test("L-BFGS finds the bottom of Rosenbrock's valley", () => {
  const start = Float64Array.of(-1.2, 1)
  const result = run(lbfgs({ start, maxIterations: 200, tolerance: 0 }), rosenbrock)
  assert.ok(Math.abs((result.point[0] ?? 0) - 1) < 1e-5, String(result.point))
  assert.ok(Math.abs((result.point[1] ?? 0) - 1) < 1e-5, String(result.point))
  assert.ok(result.evaluations < 100, `${result.evaluations} evaluations`)
})

const centres = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 12 })

test('L-BFGS reaches the minimum of any well-formed bowl and never goes up', () => {
  fc.assert(
    fc.property(centres, fc.double({ min: 1, max: 1e4, noNaN: true }), (centre, condition) => {
      const scales = centre.map((_, at) => condition ** (at / centre.length))
      const start = new Float64Array(centre.length)
      const result = run(lbfgs({ start, maxIterations: 500, tolerance: 1e-9 }), bowl(scales, centre))
      assert.ok(result.value - 1 < 1e-6, `${result.value} (${result.reason})`)
      result.history.forEach((value, at) => {
        assert.ok(at === 0 || value <= (result.history[at - 1] as number) * (1 + 1e-7), `rises at ${at}`)
      })
    }),
  )
})

test('OWL-QN finds the soft-thresholded minimum of any bowl, zeros exactly zero', () => {
  fc.assert(
    fc.property(centres, fc.double({ min: 0.01, max: 3, noNaN: true }), (centre, weight) => {
      const scales = centre.map((_, at) => 1 + at)
      const l1 = new Float64Array(centre.length).fill(weight)
      l1[0] = 0
      const start = new Float64Array(centre.length)
      const result = run(owlqn({ start, l1, maxIterations: 500, tolerance: 1e-12 }), bowl(scales, centre))
      centre.forEach((value, at) => {
        const threshold = (l1[at] as number) / (scales[at] as number)
        const expected = Math.sign(value) * Math.max(Math.abs(value) - threshold, 0)
        const found = result.point[at] as number
        assert.ok(Math.abs(found - expected) < 1e-4, `coordinate ${at}: ${found}, not ${expected}`)
        if (Math.abs(value) < threshold * 0.99) assert.equal(found, 0)
      })
    }),
  )
})

test('the iterations allowed are never exceeded, and said to be the reason', () => {
  const start = Float64Array.of(-1.2, 1)
  const result = run(lbfgs({ start, maxIterations: 3, tolerance: 0 }), rosenbrock)
  assert.equal(result.reason, 'iterations')
  assert.equal(result.history.length, 4)
  assert.equal(run(lbfgs({ start, maxIterations: 0, tolerance: 0 }), rosenbrock).history.length, 1)
})

test('a function that turns to NaN ends the search instead of hanging it', () => {
  const broken = (point: Float64Array): Evaluation =>
    point.every(value => value === 0)
      ? { value: 1, gradient: point.map(() => 1) }
      : { value: Number.NaN, gradient: point.map(() => Number.NaN) }
  const start = new Float64Array(3)
  const options = { start, maxIterations: 50, tolerance: 1e-6 }
  for (const optimizer of [lbfgs(options), owlqn({ ...options, l1: new Float64Array(3).fill(0.1) })]) {
    const result = run(optimizer, broken)
    assert.equal(result.reason, 'line_search')
    assert.deepEqual(result.point, start)
  }
})
