import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Hub } from '../../../catalog/Hub.ts'
import type { JobPlan } from '../../../emr/compile/JobPlan.ts'
import { RunStore } from '../../../emr/runs/RunStore.ts'
import { defaultCacheFolder } from '../../../storage/defaultCacheFolder.ts'
import { drawnPhotos, writeFiles } from '../../support/drawnPhotos.ts'
import { layOutEmrMachine } from '../../support/emrMachine.ts'
import { endWithUs } from '../../support/endWithUs.ts'
import { sparkForTests } from '../../support/spark.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

const { skip } = await sparkForTests(['4.0'])
const main = join(import.meta.dirname, '../../../emr/driver/main.ts')
const runId = '2026-11-25T03:00:00Z'

interface Ended {
  readonly code: number | null
  readonly output: string
}

/** A primary machine whose Spark is local, and a hub in a folder, which the driver takes like one in S3. */
async function driverScene(t: Parameters<typeof temporaryFolder>[0], change: Partial<JobPlan> = {}) {
  const folder = await temporaryFolder(t)
  const root = join(folder, 'machine')
  await layOutEmrMachine(root, {
    line: '4.0',
    clusterId: 'j-1ABCDEFGHIJKL',
    settings: { 'spark.master': 'local[2]' },
  })
  await writeFiles(join(folder, 'photos'), await drawnPhotos())
  const hub = join(folder, 'hub')
  const plan: JobPlan = {
    format: 1,
    job: 'ingest',
    module: { shipped: 'ingest' },
    params: { hub, from: join(folder, 'photos') } as JobPlan['params'],
    device: 'cpu',
    line: '4.0',
    spark: { 'spark.sql.shuffle.partitions': '2' },
    connectJar: null,
    maxHours: 1,
    ...change,
  }
  await writeFile(join(folder, 'plan.json'), JSON.stringify(plan))
  const start = (run = runId) => {
    const child = endWithUs(
      spawn(process.execPath, [main, 'plan.json', run], {
        cwd: folder,
        env: {
          ...process.env,
          IMAGEHUB_EMR_ROOT: root,
          NODE_COMPILE_CACHE: join(defaultCacheFolder(), 'code'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (output += data))
    const ended = new Promise<Ended>(resolve => child.on('close', code => resolve({ code, output })))
    return { ended, child }
  }
  const stored = async () => {
    const open = await Hub.open(hub)
    t.after(() => open.close())
    return new RunStore(open.storage, { job: plan.job, runId })
  }
  return { folder, root, hub, start, stored, run: (run?: string) => start(run).ended }
}

test('the driver does a run on the Spark of its machine once, and tells the hub how it went', {
  skip,
}, async t => {
  const { root, run, stored } = await driverScene(t)
  const first = await run()
  assert.equal(first.code, 0, first.output)
  const store = await stored()
  const result = await store.result()
  assert.deepEqual([result?.state, result?.images, result?.error], ['succeeded', 19, null])
  assert.equal(result?.runs.length, 1)
  assert.equal((await store.claim())?.clusterId, 'j-1ABCDEFGHIJKL')
  assert.deepEqual((await store.progress())?.rowsDone, 19)
  assert.match(await store.log(), /ingest \S+: .*19 images.*snapshot 1\n$/)
  const busy = await stat(join(root, 'emr/metricscollector/isbusy'))
  assert.ok(Date.now() - busy.mtimeMs < 120_000)

  const second = await run()
  assert.equal(second.code, 0, second.output)
  assert.match(second.output, /was begun at \S+ by j-1ABCDEFGHIJKL: nothing to do/)
  assert.deepEqual(await store.result(), result)
})

test('a driver that is asked to, or whose time is over, stops with its Spark and says so', {
  skip,
}, async t => {
  for (const [state, code] of [
    ['cancelled', 5],
    ['timed_out', 6],
  ] as const) {
    const { start, stored, hub } = await driverScene(t, state === 'timed_out' ? { maxHours: 1 / 3600 } : {})
    const { ended } = start()
    while (!existsSync(join(hub, 'imagehub.json'))) await sleep(20)
    const store = await stored()
    if (state === 'cancelled') await store.createCancelRequest({ at: new Date().toISOString(), host: 'here' })
    const end = await ended
    assert.equal(end.code, code, end.output)
    const result = await store.result()
    assert.deepEqual([result?.state, result?.error?.code], [state, state])
    assert.match(await store.log(), new RegExp(`imagehub-error: \\{"code":"${state}"`))
  }
})

test('a job fails before it costs anything where the release lacks what it needs', async t => {
  const cases: [Partial<JobPlan>, string][] = [
    [{ line: '3.5' }, 'spark_version'],
    [{ device: 'cuda' }, 'gpu_provider_missing'],
    [{ module: { shipped: 'nonesuch' } }, 'unknown_job'],
    [{ params: { hub: '', model: 5 } as JobPlan['params'] }, 'bad_uri'],
  ]
  for (const [change, code] of cases) {
    const { run } = await driverScene(t, change)
    const { code: exit, output } = await run()
    assert.equal(exit, 1, output)
    assert.match(output, new RegExp(`imagehub-error: \\{"code":"${code}"`))
  }
})

test('a plan or a run of another make is refused', async t => {
  const { folder, run } = await driverScene(t)
  assert.match((await run('$(reboot)')).output, /"code":"bad_plan"/)
  await writeFile(join(folder, 'plan.json'), '{"format": 2}')
  assert.match((await run()).output, /"code":"bad_plan"/)
})
