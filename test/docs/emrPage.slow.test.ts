import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { emrScene } from '../emr-simulator/emrScene.ts'
import { s3ForTests } from '../support/s3Server.ts'
import { sparkForTests } from '../support/spark.ts'
import { blocksOf, readPage } from './markdown.ts'

const s3 = await s3ForTests()
const spark = await sparkForTests(['4.0'])

/** Jobs of the page, which are small enough for the simulator's cluster. */
const jobs: Readonly<Record<string, string>> = {
  'jobs/small-ingest.ts': join(import.meta.dirname, '../emr-simulator/jobs/smallIngest.ts'),
  'jobs/small-nightly.ts': join(import.meta.dirname, '../emr-simulator/jobs/scheduledIngest.ts'),
}

test('what docs/emr.md leaves to EMR works on the simulator', { skip: s3.skip || spark.skip }, async t => {
  const { line, hub } = await emrScene(t, s3.server)
  const here = (text: string) => jobs[text] ?? text.replaceAll('s3://photos/hub', hub)
  // The run of which the page asks why it failed.
  const failing = [
    'jobs/small-ingest.ts',
    '--param',
    'hub=s3://photos/hub',
    '--param',
    'from=s3://photos/hub/upload',
  ]
  const failed = await line.run('emr', 'submit', ...failing.map(here), '--run-id', 'other', '--watch')
  assert.equal(failed.code, 1, failed.stderr)
  const commands = blocksOf(readPage('docs/emr.md'))
    .filter(({ language, info }) => language === 'sh' && info.includes('needs EMR'))
    .map(({ text }) => text.trim().split(/\s+/))
  assert.ok(commands.length >= 6)
  for (const [program, ...args] of commands) {
    assert.equal(program, 'imagehub')
    const { code, stdout, stderr } = await line.run(...args.map(here))
    assert.equal(code, 0, `${args.join(' ')}\n${stdout}${stderr}`)
    assert.ok(stdout.length > 10)
  }
})
