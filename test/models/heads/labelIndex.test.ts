import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { labelIndex } from '../../../models/heads/labelIndex.ts'

test('labels go by falling frequency, ties by name, as in StringIndexer', () => {
  // The example of Spark's ML guide: a, b, c, a, a, c.
  assert.deepEqual(labelIndex(['a', 'b', 'c', 'a', 'a', 'c']).labels, ['a', 'c', 'b'])
  assert.deepEqual(labelIndex(['b', 'B', 'a', 'é', 'a', 'b']).labels, ['a', 'b', 'B', 'é'])
})

test('no labels give an empty index', () => {
  assert.deepEqual(labelIndex([]).labels, [])
})

test('the index does not depend on the order of occurrences', () => {
  const labels = fc.array(fc.constantFrom('x', 'y', 'z', '10', '9'))
  fc.assert(
    fc.property(labels, occurrences => {
      const index = labelIndex(occurrences)
      assert.deepEqual(index, labelIndex(occurrences.toReversed()))
      for (const [at, label] of index.labels.entries()) assert.equal(index.indexOf.get(label), at)
      assert.equal(
        index.counts.reduce((total, count) => total + count, 0),
        occurrences.length,
      )
    }),
  )
})
