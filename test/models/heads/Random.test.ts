import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../../models/heads/Random.ts'

/** xoshiro128** in big integers, from its definition. */
function* xoshiro(state: bigint[]): Generator<number> {
  const word = (value: bigint) => BigInt.asUintN(32, value)
  const rotate = (value: bigint, by: bigint) => word(value << by) | (word(value) >> (32n - by))
  let [a, b, c, d] = state as [bigint, bigint, bigint, bigint]
  for (;;) {
    yield Number(word(rotate(word(b * 5n), 7n) * 9n))
    const shifted = word(b << 9n)
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11n)
  }
}

test('the stream is xoshiro128** seeded by SplitMix64', () => {
  // The first two numbers of splitmix64.c for the seed 1234567.
  const seeded = [6457827717110365317n, 3203168211198807973n]
  const expected = xoshiro(seeded.flatMap(value => [value & 0xffffffffn, value >> 32n]))
  const random = new Random(1234567)
  for (let draw = 0; draw < 1000; draw++) assert.equal(random.bits(), expected.next().value)
})

test('integers below a limit are uniform', () => {
  const random = new Random(7)
  const counts = new Array<number>(6).fill(0)
  for (let draw = 0; draw < 60_000; draw++) {
    const face = random.below(6)
    counts[face] = (counts[face] ?? 0) + 1
  }
  const chiSquared = counts.reduce((total, count) => total + (count - 10_000) ** 2 / 10_000, 0)
  assert.ok(chiSquared < 20.5, `chi squared ${chiSquared} of 5 degrees of freedom: p < 0.001`)
})

test('shuffling keeps every item and follows the seed', () => {
  const items = Array.from({ length: 100 }, (_, at) => at)
  const shuffled = new Random(3).shuffle([...items])
  assert.notDeepEqual(shuffled, items)
  assert.deepEqual(new Random(3).shuffle([...items]), shuffled)
  assert.notDeepEqual(new Random(4).shuffle([...items]), shuffled)
  assert.deepEqual(
    [...shuffled].sort((a, b) => a - b),
    items,
  )
})
