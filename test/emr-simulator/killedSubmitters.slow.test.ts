import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import { RunStore } from '../../emr/runs/RunStore.ts'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import { openStorage } from '../../storage/openStorage.ts'
import { program } from '../support/commandLine.ts'
import { endWithUs } from '../support/endWithUs.ts'
import { s3ForTests } from '../support/s3Server.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'
import type { Fault } from './faults.ts'
import { startEmrSimulator } from './startEmrSimulator.ts'

const s3 = await s3ForTests()

const job = join(import.meta.dirname, 'jobs/smallIngest.ts')
const runs = 20
const settleSeconds = 3
/** Of calls that may start a cluster; the others are asked again by the SDK. */
const faults: readonly Fault[] = [
  'throttle',
  'lost_answer',
  'lost_answer_before',
  'no_answer',
  'internal_error',
  'internal_error_after',
]

test('20 submits, throttled, unanswered after they were accepted, killed at random moments: exactly one cluster and one run each', {
  skip: s3.skip,
}, async t => {
  const hub = `s3://${await s3.server.createBucket()}/hub`
  const storage = openStorage(hub, s3.server.options)
  t.after(() => storage.close())
  const done: string[] = []
  const simulator = await startEmrSimulator({
    region: s3.server.region,
    listingDelayMilliseconds: 1500,
    faults: (operation, number) => {
      // Every other call goes wrong somehow.
      if (operation === 'RunJobFlow')
        return number % 2 === 1 ? (faults[(number >> 1) % faults.length] ?? 'none') : 'none'
      return number % 7 === 0 ? 'throttle' : 'none'
    },
    // What the driver does first, and its work.
    runStep: async ({ HadoopJarStep }, { clusterId }) => {
      const runId = HadoopJarStep?.Args?.at(-1) ?? ''
      const store = new RunStore(storage, { job: 'small-ingest', runId })
      if (await store.createClaim({ at: new Date().toISOString(), host: 'here', clusterId, maxHours: 1 }))
        done.push(runId)
      return { exitCode: 0 }
    },
  })
  t.after(() => simulator[Symbol.asyncDispose]())
  const home = await temporaryFolder(t)
  let kills = 0

  /** Ends with 0 once the run is submitted; null where it was killed. */
  const submit = (runId: string, killAfter: number | null): Promise<number | null> => {
    const options = ['--param', `hub=${hub}`, '--run-id', runId, '--settle-seconds', String(settleSeconds)]
    const child = endWithUs(
      spawn(process.execPath, [program, 'emr', 'submit', job, ...options], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          ...{ PATH: process.env.PATH, HOME: home, AWS_EC2_METADATA_DISABLED: 'true' },
          ...s3.server.environment,
          AWS_REGION: s3.server.region,
          AWS_ENDPOINT_URL_EMR: simulator.url,
          IMAGEHUB_CACHE: defaultCacheFolder(),
        },
      }),
    )
    let told = ''
    child.stderr.on('data', data => (told += data))
    const timer = killAfter === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter)
    return new Promise(resolve =>
      child.on('exit', code => {
        clearTimeout(timer)
        if (code === null) kills += 1
        else if (code !== 0) t.diagnostic(told)
        resolve(code)
      }),
    )
  }

  assert.equal(await submit('first', null), 0)
  const turn = pLimit(3)
  const runIds = Array.from({ length: runs }, (_, index) => `run-${index}`)
  await Promise.all(
    runIds.map(runId =>
      turn(async () => {
        for (let number = 1; ; number += 1) {
          const code = await submit(runId, number <= 3 ? 300 + Math.random() * 4000 : null)
          if (code === 0) return
          assert.ok(number < 20, `${runId} is not submitted after ${number} tries`)
        }
      }),
    ),
  )
  // What a killed submitter's call may have started shows by then.
  await sleep(2000)
  const names = simulator.clusters().map(({ request }) => request.Name ?? '')
  for (const runId of runIds)
    assert.equal(
      names.filter(name => name === `imagehub small-ingest ${runId}`).length,
      1,
      `clusters of ${runId}`,
    )
  assert.deepEqual([...done].sort(), ['first', ...runIds].sort(), 'each ran once')
  assert.ok(kills >= 10, `${kills} submitters were killed`)
  const calls = simulator.calls().filter(({ operation }) => operation === 'RunJobFlow')
  t.diagnostic(`${kills} submitters killed, ${calls.length} calls of RunJobFlow for ${runs + 1} runs`)
})
