import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { partitionValues, sparkHashOfInt } from '../../../engines/spark/murmurInverse.ts'

test('the hash is that of Spark', () => {
  // SELECT hash(0), hash(1), hash(-1), hash(2147483647) on Spark 4.0.1
  assert.deepEqual(
    [0, 1, -1, 2147483647].map(sparkHashOfInt),
    [933211791, -559580957, -1604776387, 133916647],
  )
})

test('each partition has a value that hashing sends there', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), partitions => {
      const places = [...partitionValues(partitions)].map(value => {
        const place = sparkHashOfInt(value) % partitions
        return place < 0 ? place + partitions : place + 0
      })
      assert.deepEqual(
        places,
        Array.from({ length: partitions }, (_, partition) => partition),
      )
    }),
  )
})
