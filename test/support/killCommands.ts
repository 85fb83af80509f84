import assert from 'node:assert/strict'
import { cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '../../models/heads/Random.ts'
import { commandNames, orphanFiles, type Scene, sameTables, succeed, unfinishedFiles } from './killing.ts'

export interface KillCommandsOptions {
  readonly scene: Scene
  /** How often the whole job is done. */
  readonly jobs: number
  /** Kills of each command of a job before it is left alone. */
  readonly killsEach: number
  readonly seed: number
}

/**
 * Kills commands at random moments, most of them while the run is under way, some while the program starts; a command that ended first
 * is done again. After each kill the hub can
 * be read; left alone, each command ends, and the job with the tables of a hub that was never disturbed.
 */
export async function killCommands({ scene, jobs, killsEach, seed }: KillCommandsOptions) {
  const random = new Random(seed)
  const expected = await scene.tables(scene.stages.after)
  let kills = 0
  for (let job = 0; job < jobs; job++) {
    const hub = join(scene.folder, `killed-${job}`)
    const copy = `${hub}-before`
    await cp(scene.stages.ingest, hub, { recursive: true })
    const moments: string[] = []
    for (const command of commandNames) {
      let duration = scene.durations[command]
      let misses = 0
      for (let kill = 0; kill < killsEach; ) {
        await rm(copy, { recursive: true, force: true })
        await cp(hub, copy, { recursive: true })
        const running = scene.start(command, hub)
        const starting = random.below(100) < 15
        if (!starting) await running.underWay
        const began = performance.now()
        const milliseconds = random.below(starting ? 400 : Math.ceil(1.1 * duration))
        moments.push(`${command} ${starting ? 'starting' : 'running'} + ${milliseconds} ms`)
        await Promise.race([sleep(milliseconds), running.ended])
        running.kill('SIGKILL')
        const { code, signal, stderr } = await running.ended
        assert.ok(code === 0 || signal === 'SIGKILL', `${moments.join(', ')}: ${stderr}`)
        // Whatever snapshot there is can be read.
        await scene.tables(hub)
        if (signal === 'SIGKILL') {
          kills += 1
          kill += 1
        } else if (misses++ < 5) {
          // It was over first: the machine is less busy than it was. Once more, and sooner.
          if (!starting) duration = performance.now() - began
          await rm(hub, { recursive: true })
          await rename(copy, hub)
        } else kill += 1
      }
      await succeed(scene.start(command, hub))
    }
    sameTables(await scene.tables(hub), expected, `killed: ${moments.join(', ')}`)
    assert.deepEqual(await unfinishedFiles(hub), [])
    assert.deepEqual(await orphanFiles(hub), [])
    for (const folder of [hub, copy]) await rm(folder, { recursive: true, force: true })
  }
  return { kills }
}
