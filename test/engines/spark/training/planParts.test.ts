import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { planParts } from '../../../../engines/spark/training/planParts.ts'

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 100_000_000 }),
  columns: fc.integer({ min: 1, max: 8192 }),
  slots: fc.integer({ min: 1, max: 512 }),
})

test('every slot has parts to work on, a part is small, and there are never more parts than rows or than a scheduler bears', () => {
  fc.assert(
    fc.property(sizes, ({ rows, columns, slots }) => {
      const parts = planParts({ rows, columns, slots })
      assert.ok(Number.isInteger(parts) && parts >= 1 && parts <= Math.min(rows, 10_000))
      assert.ok(parts >= Math.min(rows, 2 * slots))
      const bytes = (rows * columns * 4) / parts
      assert.ok(bytes <= 64 << 20 || parts === 10_000)
    }),
  )
})
