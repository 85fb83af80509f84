import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { differences } from '../../../emr/plan/differences.ts'

test('a value does not differ from itself, nor from its copy', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => assert.deepEqual(differences(value, structuredClone(value)), [])),
  )
})

test('values that differ do so somewhere, and the places of one comparison are those of the other', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      const found = differences(before, after)
      assert.equal(found.length > 0, JSON.stringify(sorted(before)) !== JSON.stringify(sorted(after)))
      const back = differences(after, before)
      const places = (list: typeof found) => list.map(({ path }) => path).sort()
      assert.deepEqual(places(back), places(found))
    }),
  )
})

test('a difference is told as deep down as both have the place', () => {
  const before = { a: [{ count: 3, name: 'x' }], gone: true }
  const after = { a: [{ count: 7, name: 'x' }, 'more'] }
  assert.deepEqual(differences(before, after), [
    { path: 'a[0].count', before: 3, after: 7 },
    { path: 'a[1]', before: undefined, after: 'more' },
    { path: 'gone', before: true, after: undefined },
  ])
})

/** With the members of objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}
