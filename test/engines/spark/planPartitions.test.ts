import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { partitionBytes, planPartitions } from '../../../engines/spark/planPartitions.ts'

test('many rows are cut by their bytes, few ones so that every slot has work', () => {
  assert.equal(planPartitions({ rows: 1e6, bytes: 1000 * partitionBytes, slots: 8, batchRows: 8 }), 1000)
  assert.equal(planPartitions({ rows: 1000, bytes: 1e9, slots: 8, batchRows: 8 }), 24)
  assert.equal(planPartitions({ rows: 20, bytes: 1e9, slots: 8, batchRows: 8 }), 3)
  assert.equal(planPartitions({ rows: 1, bytes: 1, slots: 64, batchRows: 8 }), 1)
})

test('there is at least one partition, and never more than batches or than a scheduler bears', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 0, max: 1e15 }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 1, max: 1024 }),
      (rows, bytes, slots, batchRows) => {
        const partitions = planPartitions({ rows, bytes, slots, batchRows })
        assert.ok(partitions >= 1 && partitions <= 20_000 && partitions <= Math.ceil(rows / batchRows))
      },
    ),
  )
})
