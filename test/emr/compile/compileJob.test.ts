import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { compileJob } from '../../../emr/compile/compileJob.ts'
import { checkRequest } from '../../../emr/validate/checkRequest.ts'
import { cpuCluster } from '../../../jobs/define/Cluster.ts'
import { loadJob } from '../../../jobs/define/loadJob.ts'
import { compileSettings, hub, sampleJobs } from '../sampleJobs.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/emr')

test('each job that comes along compiles with a hub alone, to what its golden file holds (UPDATE_FIXTURES=1 writes it)', async () => {
  const samples = await sampleJobs()
  assert.ok(samples.length >= 5)
  for (const { job, params } of samples)
    for (const clusterId of [undefined, 'j-1ABCDEFGHIJKL']) {
      const { request, plan, uploads } = compileJob({
        ...compileSettings,
        job,
        params,
        ...(clusterId === undefined ? {} : { clusterId }),
      })
      checkRequest(request)
      const golden = join(fixtures, `${job.name}${clusterId === undefined ? '' : '-step'}.json`)
      const files = uploads.map(({ uri, sha256 }) => ({ uri, sha256 }))
      const text = `${JSON.stringify({ request, plan, uploads: files }, null, 1)}\n`
      if (process.env.UPDATE_FIXTURES === '1' || !existsSync(golden)) writeFileSync(golden, text)
      assert.equal(text, readFileSync(golden, 'utf8'), `${golden}: UPDATE_FIXTURES=1 writes it anew`)
    }
})

test('the request is the same each time, and another one where anything of it is', async () => {
  const job = await loadJob('featurize')
  const compile = (change: object = {}) =>
    JSON.stringify(compileJob({ ...compileSettings, job, params: { hub }, ...change }))
  assert.equal(compile(), compile())
  for (const change of [
    { runId: 'other' },
    { region: 'us-east-1' },
    { params: { hub: 's3://bucket/other' } },
  ])
    assert.notEqual(compile(change), compile(), JSON.stringify(change))
})

test('the nights of a schedule share a plan, and so whatever is uploaded', async () => {
  const job = await loadJob('nightly')
  const uploads = ['2026-11-25T03:00:00Z', '2026-11-26T03:00:00Z'].map(
    runId => compileJob({ ...compileSettings, job, params: { hub }, runId }).uploads,
  )
  assert.deepEqual(uploads[0], uploads[1])
})

test('arguments of a step hold places and hashes only: parameters are in the plan', async () => {
  const job = await loadJob('featurize')
  const params = { hub, model: '$(reboot); `id` "quoted" \n' }
  const { request, uploads } = compileJob({ ...compileSettings, job, params })
  assert.ok('RunJobFlow' in request)
  const [step] = request.RunJobFlow.Steps ?? []
  for (const argument of step?.HadoopJarStep?.Args ?? [])
    assert.match(argument, /^(s3:\/\/[\w./-]+|[0-9a-f]{64}|[\w:-]{1,80})$/)
  const plan = uploads.find(({ uri }) => uri.endsWith('.json'))
  assert.equal((JSON.parse(plan?.text ?? '') as { params: typeof params }).params.model, params.model)
  assert.doesNotMatch(JSON.stringify(request), /reboot/)
})

test('a cluster always ends by itself, and what only it may run on is asked of it', async () => {
  for (const { job, params } of await sampleJobs()) {
    const { request } = compileJob({ ...compileSettings, job, params })
    assert.ok('RunJobFlow' in request)
    const { Instances, AutoTerminationPolicy, Applications, BootstrapActions = [] } = request.RunJobFlow
    assert.equal(Instances?.KeepJobFlowAliveWhenNoSteps, false)
    assert.ok((AutoTerminationPolicy?.IdleTimeout ?? 0) >= 60)
    const names = BootstrapActions.map(({ Name }) => Name)
    const [on4] = job.cluster.release.startsWith('emr-spark-8') ? [true] : [false]
    assert.deepEqual(
      Applications?.map(({ Name }) => Name),
      on4 ? ['Spark'] : ['Hadoop', 'Spark'],
    )
    // Spark 3.5's Connect server listens everywhere.
    assert.equal(names.includes('imagehub firewall'), !on4)
    assert.equal(names.includes('imagehub gpu'), job.cluster.device === 'cuda')
  }
})

test('machines that are taken away are never the primary one, nor the only worker', async () => {
  for (const { job, params } of await sampleJobs()) {
    const { request } = compileJob({ ...compileSettings, job, params })
    assert.ok('RunJobFlow' in request)
    for (const fleet of request.RunJobFlow.Instances?.InstanceFleets ?? [])
      if (fleet.InstanceFleetType !== 'TASK') assert.equal(fleet.TargetOnDemandCapacity, 1)
  }
})

test("the last word on a request is the job's edit", async () => {
  const job = await loadJob('predict')
  const cluster = cpuCluster({
    release: 'emr-7.13.0',
    workers: { type: 'm6i.2xlarge', count: 1 },
    edit: request => ({ ...request, CustomAmiId: 'ami-0123456789abcdef0' }),
  })
  const { request } = compileJob({ ...compileSettings, job: { ...job, cluster }, params: { hub } })
  assert.ok('RunJobFlow' in request)
  assert.equal(request.RunJobFlow.CustomAmiId, 'ami-0123456789abcdef0')
  checkRequest(request)
})

test('a hub on this machine cannot go to EMR', async () => {
  const job = await loadJob('predict')
  assert.throws(() => compileJob({ ...compileSettings, job, params: { hub: '/data/hub' } }), {
    code: 'hub_not_in_s3',
    message: /"\/data\/hub"/,
    fault: 'user',
  })
})
