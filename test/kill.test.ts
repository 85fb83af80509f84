import assert from 'node:assert/strict'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { drawnPhoto, writeFiles } from './support/drawnPhotos.ts'
import { killCommands } from './support/killCommands.ts'
import { setScene, succeed } from './support/killing.ts'

const scene = await setScene({ after })

async function copyOf(stage: string, name: string): Promise<string> {
  const hub = join(scene.folder, name)
  await cp(stage, hub, { recursive: true })
  return hub
}

test('commands killed at random moments lose nothing: run again, they end with the same tables', async () => {
  const { kills } = await killCommands({ scene, jobs: 1, killsEach: 2, seed: Date.now() % 100_000 })
  assert.ok(kills >= 6, `${kills} of 8 came in time`)
})

test('a command that is interrupted says so in a line, ends with 1, and goes on when it is run again', async () => {
  for (const command of ['ingest', 'featurize'] as const) {
    const hub = await copyOf(scene.stages[command], `interrupted-${command}`)
    const running = scene.start(command, hub)
    await running.underWay
    running.kill('SIGINT')
    const { code, stdout, stderr } = await running.ended
    assert.equal(code, 1, stderr)
    assert.equal(
      stderr,
      'imagehub: stopped by SIGINT\n  finished work is kept: run the same command again to go on\n',
    )
    assert.equal(stdout, '')
    await succeed(scene.start(command, hub))
  }
})

test('of two ingests at once on one hub one works and the other is told; the tables are whole', async () => {
  const hub = await copyOf(scene.stages.ingest, 'contended')
  const first = scene.start('ingest', hub)
  await first.underWay
  // The first cannot end while it stands still.
  process.kill(first.pid, 'SIGSTOP')
  const second = await scene.start('ingest', hub).ended
  process.kill(first.pid, 'SIGCONT')
  assert.equal(second.code, 2)
  assert.match(
    second.stderr,
    /^imagehub: run \S+ \(process \d+ on .+\) is doing the same work on this hub\n {2}wait/,
  )
  await succeed(first)
  const third = scene.start('ingest', hub)
  const fourth = scene.start('ingest', hub)
  const codes = (await Promise.all([third.ended, fourth.ended])).map(({ code }) => code)
  assert.ok(codes.includes(0) && codes.every(code => code === 0 || code === 2), String(codes))
  assert.deepEqual(await scene.tables(hub), await scene.tables(scene.stages.featurize))
})

test('ingest and featurize at once on one hub both commit, and neither loses what the other wrote', async () => {
  const hub = await copyOf(scene.stages.featurize, 'shared')
  const before = await scene.tables(hub)
  await writeFiles(scene.photos, new Map([['red/new.jpg', await drawnPhoto('red', 31)]]))
  const [ingest, featurize] = [scene.start('ingest', hub), scene.start('featurize', hub)]
  await Promise.all([succeed(ingest), succeed(featurize)])
  await succeed(scene.start('featurize', hub))
  const after = await scene.tables(hub)
  assert.equal(after.images?.length, (before.images?.length ?? 0) + 1)
  assert.equal(after.annotations?.length, (before.annotations?.length ?? 0) + 1)
  assert.equal(
    after.embeddings?.length,
    ((await scene.tables(scene.stages.train)).embeddings?.length ?? 0) + 1,
  )
})
