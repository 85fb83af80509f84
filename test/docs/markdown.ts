import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** Every Markdown page of the project, relative to its root. */
export const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).sort()

export function readPage(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}

/** A fenced block of a page. */
export interface Block {
  readonly language: string
  /** What follows the language on the opening line: `exit=2 no-run reason="..."`. */
  readonly info: string
  readonly text: string
}

const fences = /^```([^\s`]*)[ \t]*(.*)\n([\s\S]*?)^```$/gm

export function blocksOf(page: string): Block[] {
  return [...page.matchAll(fences)].map(([, language = '', info = '', text = '']) => ({
    language,
    info,
    text,
  }))
}

/** The anchors that a page's headings make, as GitHub makes them. */
export function anchorsOf(page: string): Set<string> {
  const headings = [...page.replaceAll(fences, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map(heading =>
      heading
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

/** Where a page's links lead, code aside. */
export function linksOf(page: string): string[] {
  const prose = page.replaceAll(fences, '').replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

/** Puts text between `<!-- name -->` and `<!-- /name -->`. */
export function withSection(page: string, name: string, text: string): string {
  const [before, after] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
  const start = page.indexOf(before) + before.length
  const end = page.indexOf(after)
  if (start < before.length || end < start) throw new Error(`the page has no section ${name}`)
  return `${page.slice(0, start)}${text}${page.slice(end)}`
}
