import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldRows, splitRows } from '../../../models/heads/split.ts'

const numbered = (count: number) =>
  Array.from({ length: count }, (_, at) => `image${String(at).padStart(5, '0')}`)
const count = <T>(values: Iterable<T>, wanted: T) => [...values].filter(value => value === wanted).length

test('every class is split in proportion', () => {
  const classes = numbered(400).map((_, at) => `class${at % 5}`)
  const split = splitRows({ ids: numbered(400), classes, seed: 1 }, 0.2)
  for (let label = 0; label < 5; label++) {
    assert.equal(
      count(
        split.filter((_, at) => at % 5 === label),
        'test',
      ),
      16,
    )
  }
})

test('many classes of two images still fill the share of the test', () => {
  const classes = numbered(200).map((_, at) => `class${at % 100}`)
  const split = splitRows({ ids: numbered(200), classes, seed: 1 }, 0.2)
  assert.equal(count(split, 'test'), 40)
  for (let label = 0; label < 100; label++)
    assert.ok(split.some((part, at) => at % 100 === label && part === 'train'))
})

test('the seed decides, the order of the rows does not', () => {
  const ids = numbered(60)
  const classes = ids.map((_, at) => (at % 3 === 0 ? 'a' : 'b'))
  const testIds = (seed: number, reversed: boolean) => {
    const order = ids.map((_, at) => (reversed ? 59 - at : at))
    const split = splitRows(
      { ids: order.map(at => ids[at] as string), classes: order.map(at => classes[at] as string), seed },
      0.3,
    )
    return order.flatMap((at, row) => (split[row] === 'test' ? [ids[at]] : [])).sort()
  }
  assert.deepEqual(testIds(5, true), testIds(5, false))
  assert.notDeepEqual(testIds(5, false), testIds(6, false))
})

const groupedRows = fc.array(
  fc.record({ group: fc.integer({ min: 0, max: 30 }), label: fc.constantFrom('a', 'b', 'c') }),
  { minLength: 2, maxLength: 150 },
)

test('a group is never parted, and every class can be trained on', () => {
  fc.assert(
    fc.property(
      groupedRows,
      fc.double({ min: 0.01, max: 0.9, noNaN: true }),
      fc.integer(),
      (rows, share, seed) => {
        const classes = rows.map(({ label }) => label)
        const groups = rows.map(({ group }) => `g${group}`)
        const split = splitRows({ ids: numbered(rows.length), classes, groups, seed }, share)
        const partsOf = new Map<string, Set<string>>()
        groups.forEach((group, at) => {
          partsOf.set(group, (partsOf.get(group) ?? new Set()).add(split[at] as string))
        })
        for (const parts of partsOf.values()) assert.equal(parts.size, 1)
        for (const label of new Set(classes)) {
          assert.ok(
            split.some((part, at) => part === 'train' && classes[at] === label),
            `no ${label} to train on`,
          )
        }
      },
    ),
  )
})

test('groups are dealt so that the shares come out', () => {
  const ids = numbered(1000)
  const groups = ids.map((_, at) => `supplier${Math.floor(at / 10)}`)
  const classes = ids.map((_, at) => `class${Math.floor(at / 10) % 4}`)
  const split = splitRows({ ids, classes, groups, seed: 3 }, 0.2)
  for (let label = 0; label < 4; label++) {
    assert.equal(
      count(
        split.filter((_, at) => classes[at] === `class${label}`),
        'test',
      ),
      50,
    )
  }
})

test('rows of several labels, or none, are shared out label by label', () => {
  const ids = numbered(600)
  const classes = ids.map((_, at) => ['x', 'y', 'z'].filter((_, label) => at % (label + 2) === 0))
  const split = splitRows({ ids, classes, seed: 3 }, 0.25)
  for (const label of ['x', 'y', 'z']) {
    const having = split.filter((_, at) => classes[at]?.includes(label))
    const share = count(having, 'test') / having.length
    assert.ok(Math.abs(share - 0.25) < 0.02, `${label}: ${share}`)
  }
  assert.ok(Math.abs(count(split, 'test') - 150) <= 3)
})

test('folds hold out every row once, classes even to one row', () => {
  const ids = numbered(103)
  const classes = ids.map((_, at) => (at % 4 === 0 ? 'a' : 'b'))
  const folds = foldRows({ ids, classes, seed: 2 }, 5)
  for (const label of ['a', 'b']) {
    const sizes = [0, 1, 2, 3, 4].map(fold =>
      count(
        folds.filter((_, at) => classes[at] === label),
        fold,
      ),
    )
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `${label}: ${sizes}`)
  }
  const sizes = [0, 1, 2, 3, 4].map(fold => count(folds, fold))
  assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, String(sizes))
})

test('twenty thousand groups are dealt in seconds', () => {
  const ids = numbered(40_000)
  const groups = ids.map((_, at) => `g${at >> 1}`)
  const classes = ids.map((_, at) => `class${(at >> 1) % 50}`)
  assert.equal(count(splitRows({ ids, classes, groups, seed: 1 }, 0.2), 'test'), 8000)
})

test('impossible splits are refused by name', () => {
  const rows = { ids: ['1', '2'], classes: ['a', 'b'], seed: 1 }
  const refused = { code: 'bad_split', fault: 'user' }
  assert.throws(() => splitRows(rows, 1), { ...refused, message: /fraction is 1/ })
  assert.throws(() => splitRows(rows, Number.NaN), refused)
  assert.throws(() => splitRows({ ...rows, ids: ['1', '1'] }, 0.5), { ...refused, message: /id 1/ })
  assert.throws(() => splitRows({ ...rows, classes: ['a'] }, 0.5), refused)
  assert.throws(() => foldRows(rows, 3), { ...refused, message: /2 rows cannot make 3 folds/ })
  assert.throws(() => foldRows({ ...rows, groups: ['a', 'a'] }, 2), {
    ...refused,
    message: /1 of 2 folds/,
  })
})
