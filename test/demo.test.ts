import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandLine } from './support/commandLine.ts'
import { drawnPhotos, writeFiles } from './support/drawnPhotos.ts'
import { temporaryFolder } from './support/temporaryFolder.ts'

interface Summary {
  readonly took: string
  readonly images: { readonly total: number }
  readonly verdicts: Record<string, number>
  readonly head: {
    readonly accuracy: number
    readonly n_test: number
    readonly confusion_matrix: { readonly counts: number[][] }
  }
}

test('a folder of labelled photos becomes a hub, a report and a summary with one command and no network', async t => {
  const folder = await temporaryFolder(t)
  const photos = join(folder, 'photos')
  await writeFiles(photos, await drawnPhotos())
  const imagehub = await commandLine(t, { IMAGEHUB_ASSETS: join(folder, 'none') })
  const out = join(folder, 'out')
  const { code, stdout, stderr } = await imagehub.run('demo', '--from', photos, '--out', out)
  assert.equal(code, 0, stderr)
  assert.match(stderr, /^photos: .*photos, each folder a class; features: inception-v3-nsfwjs$/m)
  assert.match(stderr, /warning: .*weaker/i)
  const summary = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as Summary
  assert.equal(summary.images.total, 19)
  assert.deepEqual(summary.verdicts, { accepted: 16, rejected: 3 })
  assert.equal(
    summary.head.confusion_matrix.counts.flat().reduce((a, b) => a + b),
    summary.head.n_test,
  )
  assert.ok(stdout.includes(`${(summary.head.accuracy * 100).toFixed(1)} %`) || summary.head.accuracy === 1)
  assert.equal(stdout.match(/imagehub sql --hub/g)?.length, 3)
  assert.ok(stdout.trimEnd().endsWith(join(out, 'report.html')))
  assert.ok((await stat(join(out, 'report.html'))).size > 20_000)

  const again = await imagehub.json<Summary>(0, 'demo', '--from', photos, '--out', out)
  assert.deepEqual(again.verdicts, summary.verdicts)
})

test('the demo does not write into a folder that holds something else', async t => {
  const folder = await temporaryFolder(t)
  await writeFiles(folder, new Map([['thesis.txt', 'precious']]))
  const imagehub = await commandLine(t)
  const { error } = await imagehub.json<{ error: { code: string } }>(2, 'demo', '--out', folder)
  assert.equal(error.code, 'not_empty')
})
