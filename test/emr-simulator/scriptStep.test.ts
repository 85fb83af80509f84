import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { gunzipSync } from 'node:zlib'
import {
  CancelStepsCommand,
  RunJobFlowCommand,
  type StepCancellationOption,
  TerminateJobFlowsCommand,
} from '@aws-sdk/client-emr'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { processesWith, until } from '../support/processes.ts'
import { s3ForTests } from '../support/s3Server.ts'
import { type Scope, temporaryFolder } from '../support/temporaryFolder.ts'
import { runScriptStep, type ScriptStepOptions } from './runScriptStep.ts'
import { simulated, step, waiting } from './simulated.ts'

const s3 = await s3ForTests()
const { skip } = s3
const region = 'eu-central-1'
const jar = `s3://${region}.elasticmapreduce/libs/script-runner/script-runner.jar`

/** A bucket with a script, and an EMR that runs it as a step of a cluster that waits. */
async function scene(t: Scope, script: string, change: Partial<ScriptStepOptions> = {}) {
  const Bucket = await s3.server.createBucket()
  const client = new S3Client({ ...s3.server.options, forcePathStyle: true })
  t.after(() => client.destroy())
  const put = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket, Key, Body }))
  const get = async (Key: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  }
  const folder = await temporaryFolder(t)
  const emr = await simulated(t, {
    region,
    runStep: runScriptStep({
      s3: s3.server,
      region,
      folder,
      environment: ({ clusterId }) => ({ CLUSTER: clusterId }),
      ...change,
    }),
  })
  await put('scripts/step.sh', script)
  const run = async (Args: string[], Jar = jar) => {
    const Steps = [step('script', { HadoopJarStep: { Jar, Args } })]
    const { JobFlowId: clusterId = '' } = await emr.emr.send(
      new RunJobFlowCommand(waiting({ LogUri: `s3://${Bucket}/logs/`, Steps })),
    )
    const [first] = await emr.steps(clusterId)
    return { clusterId, stepId: first?.Id ?? '' }
  }
  const log = async ({ clusterId, stepId }: { clusterId: string; stepId: string }, name: string) =>
    gunzipSync(await get(`logs/${clusterId}/steps/${stepId}/${name}.gz`)).toString()
  return { ...emr, Bucket, folder, put, get, run, log, script: `s3://${Bucket}/scripts/step.sh` }
}

test('a step runs its script with its arguments as they are, in a folder of its own, and its logs are in S3', {
  skip,
}, async t => {
  const { Bucket, script, folder, put, get, run, log, reaches, steps } = await scene(
    t,
    `printf '<%s>' "$@"; echo; pwd; echo "$CLUSTER" >&2
aws s3 cp --only-show-errors "$1" fetched.txt
echo "and more" >> fetched.txt
aws s3 cp --only-show-errors fetched.txt "$1.more"
`,
  )
  await put('in put.txt', 'text ')
  const input = `s3://${Bucket}/in put.txt`
  const harm = '$(touch harm); "`id`" *'
  const ran = await run([script, input, harm, ''])
  await reaches(ran.clusterId, 'WAITING')
  const [done] = await steps(ran.clusterId)
  const stderr = await log(ran, 'stderr')
  assert.equal(done?.Status?.State, 'COMPLETED', stderr)
  const cwd = join(folder, 'mnt/var/lib/hadoop/steps', ran.stepId)
  assert.equal(await log(ran, 'stdout'), `<${input}><${harm}><>\n${cwd}\n`)
  assert.equal(stderr, `${ran.clusterId}\n`)
  assert.match(await log(ran, 'controller'), /Step succeeded with exitCode 0/)
  assert.equal((await get('in put.txt.more')).toString(), 'text and more\n')
  assert.deepEqual((await readdir(cwd)).sort(), ['fetched.txt', 'step.sh'])
})

test('a script that fails, that cannot be fetched, or another jar fails the step', { skip }, async t => {
  const { script, run, log, reaches, steps } = await scene(t, 'echo why >&2; exit 3')
  const failing: [args: string[], jar: string, stderr: RegExp][] = [
    [[script], jar, /^why\n$/],
    [[script.replace('step.sh', 'other.sh')], jar, /Failed to download s3:.*other\.sh/],
    [[script], 's3://us-east-1.elasticmapreduce/libs/script-runner/script-runner.jar', /us-east-1/],
    [['true'], 'command-runner.jar', /command-runner/],
  ]
  for (const [args, jar, stderr] of failing) {
    const ran = await run(args, jar)
    await reaches(ran.clusterId, 'WAITING')
    const [failed] = await steps(ran.clusterId)
    assert.equal(failed?.Status?.State, 'FAILED')
    assert.equal(failed?.Status?.FailureDetails?.Reason, 'Unknown Error.')
    assert.match(await log(ran, 'stderr'), stderr)
  }
})

test('what aws cannot copy is an error that it tells', { skip }, async t => {
  const { Bucket, script, run, log, reaches } = await scene(
    t,
    'aws s3 cp --only-show-errors "$1" here || echo "code $?"\naws s3 ls || echo "code $?"',
  )
  const ran = await run([script, `s3://${Bucket}/nothing`])
  await reaches(ran.clusterId, 'WAITING')
  assert.equal(await log(ran, 'stdout'), 'code 1\ncode 252\n')
  assert.match(await log(ran, 'stderr'), /^fatal error: \(NoSuchKey\)/)
})

/** Says what it got; what it started is deaf. */
const listening = `trap 'echo interrupted; exit 9' TERM
echo begun
sleep 60.$1 &
while :; do sleep 0.05; done
`

test('a step that is interrupted is told so, one that is killed goes with all that it started', {
  skip,
}, async t => {
  const { emr, script, simulator, run, log, reaches, steps } = await scene(t, listening)
  const left = (mark: string) => processesWith(`sleep 60.${mark}`)
  const begin = async (mark: string) => {
    const ran = await run([script, mark])
    await until('it runs', () => left(mark).length > 0)
    return ran
  }
  const stop = async (mark: string, how: StepCancellationOption | 'TERMINATE') => {
    const ran = await begin(mark)
    if (how === 'TERMINATE') {
      await emr.send(new TerminateJobFlowsCommand({ JobFlowIds: [ran.clusterId] }))
      await reaches(ran.clusterId, 'TERMINATED')
      await simulator.ended(ran.clusterId)
    } else {
      const { clusterId: ClusterId, stepId } = ran
      await emr.send(new CancelStepsCommand({ ClusterId, StepIds: [stepId], StepCancellationOption: how }))
      await reaches(ran.clusterId, 'WAITING')
    }
    const [stopped] = await steps(ran.clusterId)
    assert.equal(stopped?.Status?.State, 'CANCELLED')
    return ran
  }
  const unique = `${process.pid}`
  const interrupted = await stop(`1${unique}`, 'SEND_INTERRUPT')
  assert.equal(await log(interrupted, 'stdout'), 'begun\ninterrupted\n')
  const orphans = left(`1${unique}`)
  assert.equal(orphans.length, 1, 'EMR leaves what runs on its own')
  for (const pid of orphans) process.kill(pid, 'SIGKILL')

  const killed = await stop(`2${unique}`, 'TERMINATE_PROCESS')
  await until('all of it is gone', () => left(`2${unique}`).length === 0)
  await until('its logs are there', () =>
    log(killed, 'controller').then(
      text => /exitCode 137/.test(text),
      () => false,
    ),
  )
  const terminated = await stop(`3${unique}`, 'TERMINATE')
  await until('all of it is gone', () => left(`3${unique}`).length === 0)
  assert.equal(await log(terminated, 'stdout'), 'begun\n')
})

test('a script that its runner does not interrupt goes on behind a step that was cancelled, until its cluster ends', {
  skip,
}, async t => {
  const { emr, script, run, log, reaches, steps } = await scene(t, listening, { interruptReaches: 'runner' })
  const mark = `4${process.pid}`
  const left = () => processesWith(`sleep 60.${mark}`).length
  const ran = await run([script, mark])
  await until('it runs', () => left() > 0)
  const { clusterId: ClusterId, stepId } = ran
  await emr.send(new CancelStepsCommand({ ClusterId, StepIds: [stepId] }))
  await reaches(ClusterId, 'WAITING')
  assert.equal((await steps(ClusterId))[0]?.Status?.State, 'CANCELLED')
  assert.equal(await log(ran, 'stdout'), 'begun\n')
  assert.equal(left(), 1)
  await emr.send(new TerminateJobFlowsCommand({ JobFlowIds: [ClusterId] }))
  await until('it went with its machine', () => left() === 0)
})
