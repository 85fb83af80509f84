import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandLine } from './support/commandLine.ts'
import { temporaryFolder } from './support/temporaryFolder.ts'

test('with nothing at hand the demo draws its own pictures, bad ones among them, and learns something', async t => {
  const folder = await temporaryFolder(t)
  const imagehub = await commandLine(t, { IMAGEHUB_ASSETS: join(folder, 'none') })
  const out = join(folder, 'out')
  const { code, stderr } = await imagehub.run('demo', '--out', out)
  assert.equal(code, 0, stderr)
  assert.match(stderr, /drawn by imagehub/)
  const summary = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8'))
  for (const verdict of ['accepted', 'quarantined', 'rejected'])
    assert.ok(summary.verdicts[verdict] > 0, verdict)
  assert.ok(summary.head.accuracy > 0.4, `five classes told apart with accuracy ${summary.head.accuracy}`)
})
