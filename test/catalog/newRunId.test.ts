import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newRunId } from '../../catalog/newRunId.ts'

const times = fc.date({
  min: new Date('2026-01-01T00:00:00Z'),
  max: new Date('2126-01-01T00:00:00Z'),
  noInvalidDate: true,
})

test('ids sort as the times at which their runs began, also within a second', () => {
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 2000 }), (first, later) => {
      assert.ok(newRunId(first) < newRunId(new Date(first.getTime() + later)))
    }),
  )
})

test('an id tells its second and keeps its form', () => {
  fc.assert(
    fc.property(times, time => {
      const id = newRunId(time)
      assert.match(id, /^\d{8}T\d{6}Z-[0-9a-f]{6}$/)
      assert.equal(id.slice(0, 15), time.toISOString().replaceAll(/[-:]/g, '').slice(0, 15))
    }),
  )
})

test('ids of one moment differ', () => {
  const now = new Date()
  const ids = new Set(Array.from({ length: 20 }, () => newRunId(now)))
  // Of 16,384 each; that more than three of twenty meet happens once in some hundred million times.
  assert.ok(ids.size >= 17, `${ids.size} of 20`)
})
