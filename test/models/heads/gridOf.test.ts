import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gridOf } from '../../../models/heads/gridOf.ts'

test('a grid is every combination once, the strongest first', () => {
  assert.deepEqual(gridOf({ regParams: [0.1, 1, 0.1], elasticNetParams: [0, 0.5] }), [
    { regParam: 1, elasticNetParam: 0 },
    { regParam: 1, elasticNetParam: 0.5 },
    { regParam: 0.1, elasticNetParam: 0 },
    { regParam: 0.1, elasticNetParam: 0.5 },
  ])
})

test('an empty grid and values out of range are refused', () => {
  const refused = { code: 'bad_parameter', fault: 'user' }
  assert.throws(() => gridOf({ regParams: [], elasticNetParams: [0] }), refused)
  assert.throws(() => gridOf({ regParams: [0.1], elasticNetParams: [] }), refused)
  assert.throws(() => gridOf({ regParams: [-1], elasticNetParams: [0] }), refused)
  assert.throws(() => gridOf({ regParams: [0.1], elasticNetParams: [2] }), refused)
})
