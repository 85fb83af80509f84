import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { featureStatistics } from '../../../models/heads/featureStatistics.ts'
import { sum } from './reference.ts'

test('a feature that never varies has deviation zero exactly, also where its value is no round number', () => {
  const values = fc.float({ noNaN: true, noDefaultInfinity: true })
  fc.assert(
    fc.property(values, fc.integer({ min: 2, max: 50 }), (value, rows) => {
      const data = new Float32Array(rows).fill(value)
      const weights = Float32Array.from(data, (_, row) => 0.1 + (row % 3))
      const { inverseDeviation, mean } = featureStatistics({ data, rows, columns: 1 }, weights)
      assert.equal(inverseDeviation[0], 0)
      // The mean of -0 may be 0.
      assert.ok(mean[0] === Math.fround(value), `mean ${mean[0]} of ${value}`)
    }),
  )
})

test('mean and deviation as by two passes, rows of weight zero left out, however far from zero', () => {
  const data = Float32Array.from({ length: 200 }, (_, at) => 1e6 + ((at * 7919) % 101) / 4)
  const weights = Float32Array.from(data, (_, row) => (row % 5) / 2)
  weights[0] = 0
  data[0] = 1e30
  const { mean, inverseDeviation, weightSum } = featureStatistics({ data, rows: 200, columns: 1 }, weights)
  const total = sum([...weights])
  const centre = sum([...data].map((value, row) => (weights[row] as number) * value)) / total
  const squares = sum([...data].map((value, row) => (weights[row] as number) * (value - centre) ** 2))
  const freedom = total - sum([...weights].map(weight => weight ** 2)) / total
  assert.equal(weightSum, total)
  assert.ok(Math.abs((mean[0] as number) - centre) < 1e-6)
  assert.ok(Math.abs((inverseDeviation[0] as number) / Math.sqrt(freedom / squares) - 1) < 1e-9)
})
