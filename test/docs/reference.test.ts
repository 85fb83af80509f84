import assert from 'node:assert/strict'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandWords } from '../../cli/Command.ts'
import { groups, loadCommands } from '../../cli/commands.ts'
import { causes } from '../../emr/diagnose/causes.ts'
import { imageProblems } from '../../stages/image/imageProblem.ts'
import { readProblems, reasons } from '../../stages/inspect/reasons.ts'
import type { Table } from '../../tables/defineTable.ts'
import { tables } from '../../tables/tables.ts'
import { blocksOf, pages, readPage, root, withSection } from './markdown.ts'
import { scaleTables } from './scaleTables.ts'

/** Compares a page with what the code says now; UPDATE_DOCS=1 writes it. */
function holds(page: string, current: string): void {
  if (process.env.UPDATE_DOCS === '1') writeFileSync(join(root, page), current)
  else assert.equal(readPage(page), current)
}

test('docs/ingest.md lists every reason with its verdict', () => {
  const query = readFileSync(join(root, 'sql/pipelines/ingest_images.sql'), 'utf8')
  const doubts = query.slice(query.indexOf('AS refusals'), query.indexOf('AS doubts'))
  const verdictOf = (code: string) => {
    if (Object.hasOwn(imageProblems, code)) return 'rejected'
    if (Object.hasOwn(readProblems, code)) return 'failed'
    return doubts.includes(`'${code}'`) ? 'quarantined' : 'rejected'
  }
  const rows = Object.entries(reasons).map(
    ([code, sentence]) => `| ${verdictOf(code)} | \`${code}\` | ${sentence} |\n`,
  )
  const table = `| verdict | reason | what it says |\n|---|---|---|\n${rows.sort().join('')}`
  holds('docs/ingest.md', withSection(readPage('docs/ingest.md'), 'reasons', table))
})

test('docs/tables.md lists every table and column', () => {
  const sections = Object.values<Table>(tables).map(({ name, row, key, columns }) => {
    const rows = Object.entries(columns).map(
      ([column, { type, nullable, doc }]) =>
        `| \`${column}\` | ${type}${nullable ? ', may be null' : ''} | ${doc} |\n`,
    )
    return `## ${name}\n\nA row is ${row}. Key: ${key.map(column => `\`${column}\``).join(', ')}.\n\n| column | type | what it says |\n|---|---|---|\n${rows.join('')}\n`
  })
  holds('docs/tables.md', withSection(readPage('docs/tables.md'), 'tables', sections.join('')))
})

test('docs/emr-diagnose.md lists every cause by rank', () => {
  const rows = causes.map(
    ({ id, title, rank, change, places, sure }) =>
      `| ${rank} | \`${id}\` | ${title} | ${change} | ${places.join(', ')} | ${sure} |\n`,
  )
  const table = `| rank | cause | what failed | what to change | told in | how sure |\n|---|---|---|---|---|---|\n${rows.join('')}`
  holds('docs/emr-diagnose.md', withSection(readPage('docs/emr-diagnose.md'), 'causes', table))
})

test('docs/scale.md has the tables that follow from its inputs', () => {
  let page = readPage('docs/scale.md')
  for (const [name, table] of Object.entries(scaleTables())) page = withSection(page, name, table)
  holds('docs/scale.md', page)
})

test('README.md names every environment variable that the product reads', () => {
  const sources = globSync('*/**/*.ts', {
    cwd: root,
    exclude: name => /^(node_modules|dist|test|bench)$/.test(name),
  })
  const read = new Set(
    sources.flatMap(
      file => readFileSync(join(root, file), 'utf8').match(/\b(?:environment|env)\.IMAGEHUB_[A-Z_]+/g) ?? [],
    ),
  )
  const named = new Set(readPage('README.md').match(/^\| `IMAGEHUB_[A-Z_]+/gm) ?? [])
  assert.deepEqual(
    [...named].map(text => text.slice(3)).sort(),
    [...new Set([...read].map(text => text.replace(/^.*\./, '')))].sort(),
  )
})

const commands = await loadCommands([])

test('the pages name no command and no option that the command line does not have', () => {
  const known = new Map(
    commands.map(({ name, options }) => [
      commandWords({ name }).join(' '),
      new Set([...Object.keys(options), 'hub', 'json', 'quiet', 'help', 'version']),
    ]),
  )
  const wrong: string[] = []
  for (const page of pages)
    for (const { text } of blocksOf(readPage(page)).filter(({ language }) => language === 'sh'))
      for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
        const [, first, second, others = ''] = /^imagehub ([a-z]+)(?: ([a-z]+))?\b(.*)/.exec(line) ?? []
        if (first === undefined) continue
        const isGroup = first in groups
        const command = isGroup ? `${first} ${second}` : first
        const rest = isGroup ? others : ` ${second ?? ''}${others}`
        const options = known.get(command)
        if (options === undefined) wrong.push(`${page}: ${line}`)
        for (const [, option = ''] of rest.replaceAll(/"[^"]*"/g, '').matchAll(/\s--([a-z-]+)/g))
          if (options?.has(option) === false) wrong.push(`${page}: --${option} in ${line}`)
      }
  assert.deepEqual(wrong, [])
})
