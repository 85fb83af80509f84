import assert from 'node:assert/strict'
import { cp, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commandNames, orphanFiles, sameTables, setScene, succeed, unfinishedFiles } from './killing.ts'

// A program: does the main job in a hub on a small disk that is almost full, with more and more of it free. node fullDisk.ts FOLDER

const [disk = ''] = process.argv.slice(2)
const ends: (() => unknown)[] = []
const scene = await setScene({ after: end => ends.push(end) })
const hub = join(disk, 'hub')
const ballast = join(disk, 'ballast')
const failures: string[] = []

async function leaveFree(bytes: number): Promise<void> {
  await rm(ballast, { force: true })
  const { bavail, bsize } = await statfs(disk)
  await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - bytes)))
}

try {
  await cp(scene.stages.ingest, hub, { recursive: true })
  for (const command of commandNames) {
    const before = await scene.tables(hub)
    let done = false
    for (const kibibytes of [0, 20]) {
      await leaveFree(kibibytes << 10)
      const { code, stderr } = await scene.start(command, hub).ended
      done = code === 0
      if (done) break
      failures.push(`${command} with ${kibibytes} KiB`)
      assert.equal(code, 1, stderr)
      assert.match(stderr, /^imagehub: .*no space is left.*\n {2}free space and run the command again.*\n$/)
      sameTables(await scene.tables(hub), before, 'nothing half-done shows')
    }
    await rm(ballast)
    if (!done) await succeed(scene.start(command, hub))
  }
  sameTables(await scene.tables(hub), await scene.tables(scene.stages.after), failures.join(', '))
  assert.deepEqual([await unfinishedFiles(hub), await orphanFiles(hub)], [[], []])
  console.log(failures.join('\n'))
} finally {
  for (const end of ends) await end()
}
