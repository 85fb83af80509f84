import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ClassEdge, parseHierarchy, withDescendants } from '../../sources/hierarchy.ts'
import { sharedFolder } from '../support/shared.ts'

interface Node {
  LabelName: string
  Subcategory?: Node[]
  Part?: Node[]
}

test('a class under two parents is one node with two edges, a part is told from a kind', () => {
  const wheel = { LabelName: 'wheel' }
  const car = { LabelName: 'car', Subcategory: [{ LabelName: 'taxi' }], Part: [wheel] }
  const root: Node = {
    LabelName: 'thing',
    Subcategory: [
      { LabelName: 'vehicle', Subcategory: [car] },
      { LabelName: 'toy', Subcategory: [car] },
    ],
  }
  const { nodes, edges } = parseHierarchy(JSON.stringify(root))
  assert.deepEqual(nodes, ['thing', 'vehicle', 'car', 'taxi', 'wheel', 'toy'])
  assert.deepEqual(
    edges.map(({ parent, child, relation }) => `${parent} ${child} ${relation}`),
    [
      'thing vehicle subcategory',
      'vehicle car subcategory',
      'car taxi subcategory',
      'car wheel part',
      'thing toy subcategory',
      'toy car subcategory',
    ],
  )
  assert.deepEqual([...withDescendants(['vehicle'], edges)].sort(), ['car', 'taxi', 'vehicle'])
})

test('a hierarchy that is no JSON, no hierarchy, too deep or a circle is refused with what is wrong', () => {
  let deep: Node = { LabelName: 'leaf' }
  for (let level = 0; level < 200; level++) deep = { LabelName: `level ${level}`, Subcategory: [deep] }
  const circle: Node = {
    LabelName: 'top',
    Subcategory: [
      { LabelName: 'a', Subcategory: [{ LabelName: 'b' }] },
      { LabelName: 'b', Part: [{ LabelName: 'c', Subcategory: [{ LabelName: 'a' }] }] },
    ],
  }
  const refused: [string, RegExp][] = [
    ['{"LabelName": "a"', /no JSON/],
    ['[]', /its root has no LabelName/],
    ['null', /its root has no LabelName/],
    ['{"LabelName": "a", "Subcategory": [{"LabelName": 3}]}', /below a has no LabelName/],
    ['{"LabelName": "a", "Part": {"LabelName": "b"}}', /Part of a is no list/],
    [JSON.stringify(deep), /deeper than 100 levels/],
    [JSON.stringify(circle), /circle: a > b > c > a/],
    ['['.repeat(100_000), /no JSON/],
  ]
  for (const [json, message] of refused)
    assert.throws(() => parseHierarchy(json), { code: 'bad_hierarchy', fault: 'user', message })
})

test('any acyclic graph written as a tree comes back as the graph', () => {
  // Edges go from smaller to larger numbers: no circles.
  const edge = fc.tuple(
    fc.nat(7),
    fc.integer({ min: 1, max: 8 }),
    fc.constantFrom('subcategory' as const, 'part' as const),
  )
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 12 }), candidates => {
      const below = candidates.filter(([from, step]) => from + step <= 8)
      const graph: ClassEdge[] = below.map(([from, step, relation]) => ({
        parent: `c${from}`,
        child: `c${from + step}`,
        relation,
      }))
      const write = (label: string): Node => {
        const children = (relation: string) =>
          graph
            .filter(each => each.parent === label && each.relation === relation)
            .map(({ child }) => write(child))
        return { LabelName: label, Subcategory: children('subcategory'), Part: children('part') }
      }
      const { nodes, edges } = parseHierarchy(JSON.stringify(write('c0')))
      const reached = new Set(['c0'])
      for (const label of reached)
        for (const { parent, child } of graph) if (parent === label) reached.add(child)
      const text = ({ parent, child, relation }: ClassEdge) => `${parent} ${child} ${relation}`
      assert.deepEqual(new Set(nodes), reached)
      assert.equal(nodes.length, reached.size)
      assert.deepEqual(
        edges.map(text).sort(),
        [...new Set(graph.filter(({ parent }) => reached.has(parent)).map(text))].sort(),
      )
    }),
  )
})

test('the real hierarchy has 602 classes and 685 edges', async t => {
  const folder = sharedFolder(t, 'data/open_images_meta')
  if (folder === undefined) return
  const { nodes, edges } = parseHierarchy(
    await readFile(join(folder, 'bbox_labels_600_hierarchy.json'), 'utf8'),
  )
  assert.deepEqual([nodes.length, edges.length], [602, 685])
})
