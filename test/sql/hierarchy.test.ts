import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { openCatalog } from '../../catalog/openCatalog.ts'
import { sharedFolder } from '../support/shared.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'
import { writeTables } from './writeTables.ts'

type Edge = Readonly<Record<'parent' | 'child' | 'relation', string>>

interface HierarchyNode {
  readonly LabelName: string
  readonly Subcategory?: readonly HierarchyNode[]
  readonly Part?: readonly HierarchyNode[]
}

describe('the hierarchy macros', () => {
  it('agree with a plain traversal for each of the 601 classes of Open Images, which form a DAG', async test => {
    const file = sharedFolder(test, 'data/open_images_meta/bbox_labels_600_hierarchy.json')
    if (file === undefined) return
    const root = JSON.parse(await readFile(file, 'utf8')) as HierarchyNode
    const edges = uniqueEdges(root)
    const labels = [...new Set([root.LabelName, ...edges.map(({ child }) => child)])].sort()
    assert.ok(labels.length >= 601)
    const parents = new Map<string, number>()
    for (const { child } of edges) parents.set(child, (parents.get(child) ?? 0) + 1)
    assert.ok(
      [...parents.values()].some(count => count > 1),
      'some class has several parents',
    )

    const files = await writeTables(await temporaryFolder(test), {
      class_edges: edges,
      classes: labels.map(label => ({ label, display_name: label })),
    })
    const catalog = await openCatalog({ files })
    test.after(() => catalog.close())
    for (const relation of ['subcategory', 'part'])
      for (const [macro, from, to] of [
        ['descendants', 'parent', 'child'],
        ['ancestors', 'child', 'parent'],
      ] as const) {
        const followed = edges.filter(edge => edge.relation === relation)
        const { rows } = await catalog.query(
          `SELECT c.label, (SELECT list(d.label ORDER BY d.label) FROM ${macro}(c.label, relation := $relation) AS d) AS found
           FROM classes AS c ORDER BY c.label`,
          { relation },
        )
        assert.deepEqual(
          rows,
          labels.map(label => ({ label, found: reachable(followed, label, from, to) })),
          `${macro} along ${relation}`,
        )
      }
  })

  it('agree with a plain traversal on any graph, and end where there is a cycle', async test => {
    const folder = await temporaryFolder(test)
    const node = fc.integer({ min: 0, max: 6 }).map(String)
    const anyEdge = fc.record({ parent: node, child: node, relation: fc.constant('subcategory') })
    await fc.assert(
      fc.asyncProperty(fc.array(anyEdge, { minLength: 1, maxLength: 15 }), node, async (edges, label) => {
        const classes = [{ label, display_name: label }]
        const catalog = await openCatalog({
          files: await writeTables(folder, { class_edges: edges, classes }),
        })
        try {
          const { rows } = await catalog.query(
            `SELECT (SELECT list(label ORDER BY label) FROM descendants($label)) AS below,
                    (SELECT list(label ORDER BY label) FROM ancestors($label)) AS above`,
            { label },
          )
          assert.deepEqual(rows, [
            {
              below: reachable(edges, label, 'parent', 'child'),
              above: reachable(edges, label, 'child', 'parent'),
            },
          ])
          const closure = await catalog.query(
            'SELECT list(descendant ORDER BY descendant) AS below FROM class_closure WHERE ancestor = $label',
            { label: edges[0]?.parent ?? '' },
          )
          assert.deepEqual(closure.rows, [
            { below: reachable(edges, edges[0]?.parent ?? '', 'parent', 'child') },
          ])
        } finally {
          await catalog.close()
        }
      }),
      { numRuns: 12 },
    )
  })

  it('take an id before a display name, also one that only the hierarchy knows; a name of two classes is an error', async test => {
    const files = await writeTables(await temporaryFolder(test), {
      classes: [
        { label: 'car', display_name: 'automobile' },
        { label: '/m/car', display_name: 'Car' },
        { label: '/m/crane', display_name: 'Crane' },
        { label: '/m/bird', display_name: 'crane' },
      ],
      class_edges: [{ parent: '/m/thing', child: '/m/car', relation: 'subcategory' }],
    })
    const catalog = await openCatalog({ files })
    test.after(() => catalog.close())
    const found = async (macro: string, given: string) =>
      (await catalog.query(`FROM ${macro}($given) ORDER BY ALL`, { given })).rows.map(({ label }) => label)
    assert.deepEqual(await found('ancestors', 'car'), ['car'])
    assert.deepEqual(await found('ancestors', 'CAR'), ['/m/car', '/m/thing'])
    assert.deepEqual(await found('descendants', '/m/thing'), ['/m/car', '/m/thing'])
    await assert.rejects(found('descendants', 'Crane'), /2 classes are called Crane: \/m\/bird, \/m\/crane/)
  })
})

/** Every edge below a node, once; the file repeats the classes that have several parents. */
function uniqueEdges(root: HierarchyNode): Edge[] {
  const edges = new Map<string, Edge>()
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop())
    for (const [relation, children] of [
      ['subcategory', node.Subcategory ?? []],
      ['part', node.Part ?? []],
    ] as const)
      for (const child of children) {
        const edge = { parent: node.LabelName, child: child.LabelName, relation }
        edges.set(JSON.stringify(edge), edge)
        open.push(child)
      }
  return [...edges.values()]
}

function reachable(
  edges: readonly Edge[],
  start: string,
  from: 'parent' | 'child',
  to: 'parent' | 'child',
): string[] {
  const found = new Set([start])
  for (const label of found) for (const edge of edges) if (edge[from] === label) found.add(edge[to])
  return [...found].sort()
}
