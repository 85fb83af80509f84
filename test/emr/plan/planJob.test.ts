import assert from 'node:assert/strict'
import test from 'node:test'
import type { RunJobFlowCommandInput } from '@aws-sdk/client-emr'
import { Hub } from '../../../catalog/Hub.ts'
import { planJob } from '../../../emr/plan/planJob.ts'
import { prepareJob } from '../../../emr/prepare/prepareJob.ts'
import { uploadFiles } from '../../../emr/prepare/uploadFiles.ts'
import { RunStore } from '../../../emr/runs/RunStore.ts'
import type { CreateScheduleInput } from '../../../emr/schedule/CreateScheduleInput.ts'
import { loadJob } from '../../../jobs/define/loadJob.ts'
import { parseJobParameters } from '../../../jobs/define/parseJobParameters.ts'
import { defaultCacheFolder } from '../../../storage/defaultCacheFolder.ts'
import { s3ForTests } from '../../support/s3Server.ts'

const s3 = await s3ForTests()
const { skip } = s3
const signal = new AbortController().signal

async function scene(t: { after(end: () => unknown): void }) {
  const uri = `s3://${await s3.server.createBucket()}/hub`
  const hub = await Hub.open(uri, { create: true, storage: s3.server.options })
  t.after(() => hub.close())
  const job = await loadJob('ingest')
  const prepare = (runId: string, given: Readonly<Record<string, string>> = {}, change: typeof job = job) =>
    prepareJob({
      job: change,
      named: 'ingest',
      params: parseJobParameters(job, { hub: uri, ...given }),
      ...{ runId, region: 'us-east-1', cacheFolder: defaultCacheFolder() },
    })
  return { hub, uri, job, prepare }
}

test('what is in S3 already is not uploaded again: the second submit of the same code uploads nothing', {
  skip,
}, async t => {
  const { hub, prepare } = await scene(t)
  const { storage } = hub
  const first = await prepare('one')
  const uploads = await uploadFiles({ storage, files: first.files, signal })
  assert.deepEqual(
    uploads.uploaded,
    first.files.map(({ uri }) => uri),
  )
  assert.ok(uploads.bytes > 50e6)
  const second = await uploadFiles({ storage, files: (await prepare('two')).files, signal })
  assert.deepEqual(second, { uploaded: [], bytes: 0 })
  const other = await uploadFiles({
    storage,
    files: (await prepare('two', { labels: 'none' })).files,
    signal,
  })
  assert.equal(other.uploaded.length, 1, 'another plan')
})

test('a plan tells what is new against the newest submission, in the words of the job', { skip }, async t => {
  const { hub, job, prepare } = await scene(t)
  const { storage } = hub
  const nothing = await planJob({
    job,
    runId: 'now',
    prepared: await prepare('now'),
    storage,
    schedule: null,
  })
  assert.deepEqual([nothing.submitted, nothing.schedule], [null, null])
  for (const [runId, given] of [
    ['older', { labels: 'none' }],
    ['newer', {}],
  ] as const) {
    const prepared = await prepare(runId, given)
    await uploadFiles({ storage, files: prepared.files, signal })
    const store = new RunStore(storage, { job: job.name, runId })
    await store.createAttempt(1, { at: new Date().toISOString(), host: 'here', request: prepared.request })
  }
  const same = await planJob({ job, runId: 'now', prepared: await prepare('now'), storage, schedule: null })
  assert.deepEqual([same.uploads, same.submitted?.runId, same.submitted?.differences], [[], 'newer', []])

  const larger = { ...job, cluster: { ...job.cluster, workers: { ...job.cluster.workers, count: 9 } } }
  const prepared = await prepare('now', { supplier: 'ana' }, larger)
  const changed = await planJob({ job, runId: 'now', prepared, storage, schedule: null })
  const found = Object.fromEntries(
    (changed.submitted?.differences ?? []).map(({ path, after }) => [path, after]),
  )
  const plan = 'RunJobFlow.Steps[0].HadoopJarStep.Args[3]'
  assert.deepEqual(found, {
    'RunJobFlow.Instances.InstanceFleets[2].TargetSpotCapacity': 8,
    [`${plan}.params.supplier`]: 'ana',
    [`${plan}.spark.spark.executor.instances`]: '9',
  })
})

test('the request that a schedule holds is compared as what it says', { skip }, async t => {
  const { hub, job, prepare } = await scene(t)
  const request = async (given: Readonly<Record<string, string>> = {}): Promise<CreateScheduleInput> => {
    const { request } = await prepare('time', given)
    assert.ok('RunJobFlow' in request)
    const RunJobFlow: RunJobFlowCommandInput = request.RunJobFlow
    return {
      Name: 'nightly',
      ScheduleExpression: 'rate(1 day)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        ...{ Arn: 'arn', RoleArn: 'arn:role', Input: JSON.stringify(RunJobFlow) },
        RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 3600 },
      },
    }
  }
  const { storage } = hub
  const prepared = await prepare('time', { supplier: 'ana' })
  const deployed = { ...(await request()), GroupName: 'default' }
  await uploadFiles({ storage, files: (await prepare('time')).files, signal })
  const wanted = await request({ supplier: 'ana' })
  const options = { job, runId: 'time', prepared, storage }
  const { schedule } = await planJob({ ...options, schedule: { deployed, wanted } })
  assert.deepEqual(schedule, [
    { path: 'Target.Input.Steps[0].HadoopJarStep.Args[3].params.supplier', before: null, after: 'ana' },
  ])
  assert.equal((await planJob({ ...options, schedule: { deployed: null, wanted } })).schedule, 'none')
})
