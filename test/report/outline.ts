import { parseHTML } from 'linkedom'

/** The structure of a page as indented lines that read well in a diff: elements, attributes that matter, text; charts as counts. */
export function outline(page: string): string {
  const { document } = parseHTML(page)
  const lines: string[] = []
  const walk = (node: OutlineNode, depth: number) => {
    const indent = '  '.repeat(depth)
    if (node.nodeType === 3) {
      const text = (node.textContent ?? '').replace(/[^\S\u00a0]+/g, ' ').trim()
      if (text !== '') lines.push(indent + JSON.stringify(text))
      return
    }
    if (node.nodeType !== 1) return
    const tag = node.tagName.toLowerCase()
    if (tag === 'style') return
    const shown = ['id', 'class', 'role', 'aria-label', 'alt', 'href', 'scope', 'style', 'content']
      .filter(name => node.hasAttribute(name))
      .map(name => ` ${name}=${JSON.stringify(node.getAttribute(name))}`)
    if (tag === 'svg' && node.getAttribute('role') === 'img') {
      const counts = new Map<string, number>()
      for (const { tagName } of node.querySelectorAll('*'))
        counts.set(tagName, (counts.get(tagName) ?? 0) + 1)
      const sorted = [...counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => `${name}×${count}`)
      lines.push(`${indent}svg${shown.join('')} ${sorted.join(' ')}`)
      return
    }
    lines.push(indent + tag + shown.join(''))
    for (const child of node.childNodes) walk(child, depth + 1)
  }
  walk(document.documentElement as unknown as OutlineNode, 0)
  return `${lines.join('\n')}\n`
}

interface OutlineNode {
  readonly nodeType: number
  readonly tagName: string
  readonly textContent: string | null
  readonly childNodes: Iterable<OutlineNode>
  hasAttribute(name: string): boolean
  getAttribute(name: string): string | null
  querySelectorAll(selector: string): Iterable<OutlineNode>
}
