import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Catalog } from '../../catalog/Catalog.ts'
import { formatTable } from '../../catalog/formatRows.ts'
import { getNamedQuery, listNamedQueries, queryParameters } from '../../sql/namedQueries.ts'
import { openTinyHub } from './tinyHub.ts'

const page = join(import.meta.dirname, '../../docs/sql.md')

describe('docs/sql.md', () => {
  let catalog: Catalog
  let end: () => Promise<void>
  before(async () => {
    ;({ catalog, end } = await openTinyHub())
  })
  after(() => end())

  // UPDATE_DOCS=1 writes what the snippets answer now.
  it('shows what its snippets answer, and lists every query', async () => {
    const text = await readFile(page, 'utf8')
    const current = await withAnswers(withQueryList(text), (info, sql) => answer(catalog, info, sql))
    if (process.env.UPDATE_DOCS === '1') await writeFile(page, current)
    else assert.equal(text, current)
  })
})

/** Fills each ```text block after a ```sql block with the answer to that block. */
async function withAnswers(
  text: string,
  ask: (info: string, sql: string) => Promise<string>,
): Promise<string> {
  const parts = text.split(/(```sql.*\n[^`]*```\n\n```text\n)[^`]*(?=```)/)
  const filled = parts.map(async part => {
    const snippet = /^```sql(.*)\n([^`]*)```\n\n```text\n$/.exec(part)
    return snippet === null ? part : part + (await ask(snippet[1] ?? '', snippet[2] ?? ''))
  })
  return (await Promise.all(filled)).join('')
}

async function answer(catalog: Catalog, info: string, sql: string): Promise<string> {
  const words = Object.fromEntries(
    info
      .trim()
      .split(' ')
      .map(word => word.split('=')),
  )
  if ('error' in words)
    return await catalog.query(sql).then(
      () => assert.fail('the snippet should fail'),
      (error: Error) => `${error.message}\n`,
    )
  const { query, ...given } = words
  if (query === undefined) return formatTable(await catalog.query(sql))
  const named = getNamedQuery(query)
  return formatTable(await catalog.query(named.sql, queryParameters(named, given)))
}

function withQueryList(text: string): string {
  const list = listNamedQueries().map(({ name, doc, parameters }) => {
    const takes = parameters.map(parameter => `\`${parameter.name}\``).join(', ')
    return `- \`${name}\`${takes === '' ? '' : ` (${takes})`}: ${doc.replaceAll('\n', ' ').replace(/^One row is /, '')}`
  })
  return text.replace(
    /(<!-- queries -->\n)[\s\S]*(<!-- \/queries -->)/,
    (_, start: string, stop: string) => `${start}${list.join('\n')}\n${stop}`,
  )
}
