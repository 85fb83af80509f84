import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { anchorsOf, linksOf, pages, readPage, root } from './markdown.ts'

/** Why a link of a page leads nowhere, or null. */
function fault(page: string, link: string): string | null {
  if (/^(https?|mailto):/.test(link)) return null
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : relative(root, join(root, dirname(page), decodeURI(path)))
  if (target.startsWith('..')) return 'leads out of the repository'
  if (!existsSync(join(root, target))) return 'is not there'
  if (anchor !== undefined && !anchorsOf(readPage(target)).has(anchor)) return 'has no such heading'
  return null
}

test('every link between the pages leads somewhere', () => {
  assert.ok(pages.includes('README.md') && pages.length > 15, `pages found: ${pages.join(', ')}`)
  const faults = pages.flatMap(page =>
    linksOf(readPage(page)).flatMap(link => {
      const found = fault(page, link)
      return found === null ? [] : [`${page}: ${link} ${found}`]
    }),
  )
  assert.deepEqual(faults, [])
})

test('every page of docs is linked from another page', () => {
  const linked = new Set(
    pages.flatMap(page =>
      linksOf(readPage(page)).map(link =>
        relative(root, join(root, dirname(page), link.split('#')[0] ?? '')),
      ),
    ),
  )
  assert.deepEqual(
    pages.filter(page => page.startsWith('docs/') && !linked.has(page)),
    [],
  )
})
