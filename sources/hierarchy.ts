import { userError } from '../base/HubError.ts'

export interface ClassEdge {
  readonly parent: string
  readonly child: string
  readonly relation: 'subcategory' | 'part'
}

export interface Hierarchy {
  /** Every class once, in order of first mention. */
  readonly nodes: readonly string[]
  /** Every edge once; a class may have several parents. */
  readonly edges: readonly ClassEdge[]
}

const deepest = 100 // levels; the Open Images hierarchy has 6
const mostNodes = 1_000_000 // mentions
const relations = { Subcategory: 'subcategory', Part: 'part' } as const

/**
 * Reads a class hierarchy as Open Images writes it: nested objects with `LabelName`, `Subcategory` and `Part`. A class is written
 * out again under each of its parents; what comes back is the graph, each class and edge once.
 * @param json the file's text
 * @throws HubError `bad_hierarchy` for text that is no such JSON, for a hierarchy deeper than 100 levels, and for a class that is
 * its own ancestor (the circle is shown)
 */
export function parseHierarchy(json: string): Hierarchy {
  const nodes = new Set<string>()
  const edges = new Map<string, ClassEdge>()
  const pending: { node: unknown; depth: number; parent?: string; relation?: ClassEdge['relation'] }[] = [
    { node: parseJson(json), depth: 1 },
  ]
  for (let seen = 1; pending.length > 0; seen++) {
    const { node, depth, parent, relation } = pending.pop() as (typeof pending)[number]
    if (depth > deepest) throw bad(`it is deeper than ${deepest} levels`)
    if (seen > mostNodes) throw bad(`it has more than ${mostNodes} entries`)
    const label = labelOf(node, parent)
    nodes.add(label)
    if (parent !== undefined && relation !== undefined)
      edges.set(JSON.stringify([parent, label, relation]), { parent, child: label, relation })
    for (const [name, relation] of Object.entries(relations).reverse())
      for (const child of childrenOf(node, name, label).toReversed())
        pending.push({ node: child, depth: depth + 1, parent: label, relation })
  }
  refuseCircles([...edges.values()])
  return { nodes: [...nodes], edges: [...edges.values()] }
}

/** The classes themselves and all their subcategories at any depth (parts are not kinds), in no particular order. */
export function withDescendants(labels: Iterable<string>, edges: readonly ClassEdge[]): Set<string> {
  const children = childLists(edges.filter(({ relation }) => relation === 'subcategory'))
  const found = new Set(labels)
  for (const label of found) for (const child of children.get(label) ?? []) found.add(child) // a Set's iteration sees additions
  return found
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw bad(`it is no JSON: ${(error as Error).message}`, error)
  }
}

function labelOf(node: unknown, parent: string | undefined): string {
  const label =
    typeof node === 'object' && node !== null ? (node as { LabelName?: unknown }).LabelName : undefined
  if (typeof label === 'string' && label !== '') return label
  throw bad(`${parent === undefined ? 'its root' : `an entry below ${parent}`} has no LabelName`)
}

function childrenOf(node: unknown, name: string, label: string): readonly unknown[] {
  const children = (node as Record<string, unknown>)[name] ?? []
  if (Array.isArray(children)) return children
  throw bad(`${name} of ${label} is no list`)
}

function childLists(edges: readonly ClassEdge[]): Map<string, string[]> {
  const children = new Map<string, string[]>()
  for (const { parent, child } of edges) {
    const list = children.get(parent)
    if (list === undefined) children.set(parent, [child])
    else list.push(child)
  }
  return children
}

function refuseCircles(edges: readonly ClassEdge[]): void {
  const children = childLists(edges)
  const done = new Set<string>()
  for (const start of children.keys()) {
    const path: { label: string; next: number }[] = done.has(start) ? [] : [{ label: start, next: 0 }]
    const onPath = new Set([start])
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const child = children.get(top.label)?.[top.next++]
      if (child === undefined) {
        done.add(top.label)
        onPath.delete(top.label)
        path.pop()
      } else if (onPath.has(child)) {
        const labels = path.map(({ label }) => label)
        throw bad(`it goes in a circle: ${[...labels.slice(labels.indexOf(child)), child].join(' > ')}`)
      } else if (!done.has(child)) {
        path.push({ label: child, next: 0 })
        onPath.add(child)
      }
    }
  }
}

function bad(what: string, cause?: unknown) {
  return userError(
    'bad_hierarchy',
    `the class hierarchy cannot be read: ${what}`,
    'it is JSON of nested { "LabelName", "Subcategory": [...], "Part": [...] }, without circles',
    cause,
  )
}
