import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { sparkForTests } from '../support/spark.ts'
import { blocksOf, pages, readPage, root } from './markdown.ts'
import { type PreparedFolder, preparedFolder } from './preparedFolder.ts'

/** Blocks that are not run, by page: whoever adds one says so here. */
const notRun = {
  'CONTRIBUTING.md': 4,
  'README.md': 4,
  'docs/featurize.md': 1,
  'docs/emr.md': 6,
  'docs/gpu.md': 3,
  'docs/ingest.md': 2,
  'docs/operations.md': 2,
  'docs/spark.md': 3,
  'docs/stages.md': 1,
  'docs/train.md': 1,
}

const { skip } = await sparkForTests(['4.0'])
const isShell = ({ language }: { readonly language: string }) => language === 'sh'
const withCommands = pages.filter(page =>
  blocksOf(readPage(page)).some(block => isShell(block) && !block.info.includes('no-run')),
)

it('leaves out only the blocks that are known to need the network or minutes, each with its reason', () => {
  const found = pages.flatMap(page => {
    const left = blocksOf(readPage(page)).filter(block => isShell(block) && block.info.includes('no-run'))
    for (const { info, text } of left) assert.match(info, /^no-run reason="[^"]+"$/, `${page}: ${text}`)
    return left.length === 0 ? [] : [[page, left.length] as const]
  })
  assert.deepEqual(Object.fromEntries(found), notRun)
})

// UPDATE_DOCS=1 writes what the commands of docs/ answer now. The outputs in README.md are those of a whole demo, which takes minutes.
describe('the commands of the pages', { concurrency: 2 }, () => {
  let prepared: PreparedFolder
  const ends: (() => unknown)[] = []
  before(async () => {
    prepared = await preparedFolder({ after: end => ends.push(end) })
  })
  after(async () => {
    for (const end of ends) await end()
  })
  for (const page of withCommands)
    it(`${page} says what works`, { skip: page === 'docs/spark.md' && skip }, async () => {
      const folder = await prepared.forPage(page)
      const text = readPage(page)
      const current = await withOutputs(text, async (info, script) => {
        const { exitCode, output } = await prepared.sh(script, folder)
        const expected = Number(/exit=(\d)/.exec(info)?.[1] ?? 0)
        assert.equal(exitCode, expected, `${script}\n${output}`)
        return prepared.anonymous(output)
      })
      if (page.startsWith('docs/')) {
        if (process.env.UPDATE_DOCS === '1') await writeFile(join(root, page), current)
        else assert.equal(steady(text), steady(current))
      }
    })
})

/** Runs the ```sh blocks in order and fills each ```text block that follows one. */
async function withOutputs(
  page: string,
  run: (info: string, script: string) => Promise<string>,
): Promise<string> {
  let filled = ''
  let end = 0
  for (const match of page.matchAll(/^```sh[ \t]*(.*)\n([\s\S]*?)^```$(\n\n```text\n)?/gm)) {
    const [whole, info = '', script = '', answer] = match
    if (info.includes('no-run')) continue
    const output = await run(info, script)
    const start = match.index + whole.length
    filled += page.slice(end, start)
    end = start
    if (answer === undefined) continue
    filled += output.endsWith('\n') ? output : `${output}\n`
    end = page.indexOf('\n```', start - 1) + 1
  }
  return filled + page.slice(end)
}

/** A page without what differs from run to run and from one processor to the next: runs, times, decimals, column widths. */
function steady(page: string): string {
  return page
    .replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, 'RUN')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\b(\d+h )?(\d+m )?(\d+\.)?\d+s\b/g, 'TIME')
    .replaceAll(/^Images\/s, .*$/gm, 'RATE')
    .replaceAll(/\b\d+ workers?\b/g, 'N workers')
    .replaceAll(/[0-9a-f]{64}/g, 'SHA256')
    .replaceAll(/\d+\.\d+(e-?\d+)?|\b[01]\b/g, '#')
    .replaceAll(/-{2,}/g, '--')
    .replaceAll(/[ \t]+/g, ' ')
}
