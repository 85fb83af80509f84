import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { calibrationCurve, wilsonInterval } from '../../report/calibrationCurve.ts'

test('joined bins keep the answers and their means, and none is small unless all are', () => {
  const bin = fc.record({
    predicted: fc.double({ min: 0, max: 1, noNaN: true }),
    observed: fc.double({ min: 0, max: 1, noNaN: true }),
    count: fc.nat(30),
  })
  fc.assert(
    fc.property(fc.array(bin, { maxLength: 20 }), bins => {
      const points = calibrationCurve(bins)
      const sum = (of: readonly (typeof bins)[number][], value: (bin: (typeof bins)[number]) => number) =>
        of.reduce((total, bin) => total + value(bin) * bin.count, 0)
      for (const value of [
        () => 1,
        (b: (typeof bins)[number]) => b.predicted,
        (b: (typeof bins)[number]) => b.observed,
      ])
        assert.ok(Math.abs(sum(points, value) - sum(bins, value)) < 1e-9)
      if (points.length > 1) assert.ok(points.every(({ count }) => count >= 8))
      for (const { low, observed, high } of points)
        assert.ok(low <= observed + 1e-12 && observed <= high + 1e-12)
    }),
  )
})

test('Wilson intervals are those of the literature', () => {
  // Newcombe 1998, table I, method 3: 81/263, 15/148, 0/20, 1/29.
  const published: [hits: number, count: number, low: number, high: number][] = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ]
  for (const [hits, count, low, high] of published) {
    const interval = wilsonInterval(hits / count, count)
    assert.ok(
      Math.abs(interval.low - low) < 5e-5 && Math.abs(interval.high - high) < 5e-5,
      `${hits}/${count}`,
    )
  }
})
