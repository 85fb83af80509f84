import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Hub } from '../../catalog/Hub.ts'
import { RunStore } from '../../emr/runs/RunStore.ts'
import { openHubCatalog } from '../../operations/openHubCatalog.ts'
import type { ErrorDocument } from '../support/commandLine.ts'
import { writePixelModel } from '../support/drawnPhotos.ts'
import { s3ForTests } from '../support/s3Server.ts'
import { sparkForTests } from '../support/spark.ts'
import { type EmrScene, emrScene } from './emrScene.ts'

const s3 = await s3ForTests()
const spark = await sparkForTests(['4.0'])
const skip = s3.skip || spark.skip
const jobs = join(import.meta.dirname, 'jobs')
const ingest = join(jobs, 'smallIngest.ts')

interface Ended {
  readonly state: string
  readonly clusterId: string
  readonly clusterState: string
  readonly stepState: string
  readonly result: { readonly images: number; readonly runs: readonly string[]; readonly error: unknown }
}

interface Submitted {
  readonly clusterId: string
  readonly alreadySubmitted: boolean
  readonly uploaded: { readonly bytes: number; readonly uploaded: readonly string[] }
}

async function verdicts({ hub }: EmrScene): Promise<Record<string, number>> {
  const open = await Hub.open(hub, { storage: s3.server.options })
  try {
    await using catalog = await openHubCatalog(open, { tables: ['images'] })
    const { rows } = await catalog.query('SELECT verdict, count(*) AS n FROM images GROUP BY verdict')
    return Object.fromEntries(rows.map(({ verdict, n }) => [verdict, n])) as Record<string, number>
  } finally {
    await open.close()
  }
}

test('a job file becomes a finished run with Parquet in S3; under the same id nothing more, under a new one nothing is uploaded', {
  skip,
}, async t => {
  const scene = await emrScene(t, s3.server)
  const { line, hub, simulator, storage } = scene
  const submit = ['emr', 'submit', ingest, '--param', `hub=${hub}`]
  const ended = await line.json<Ended>(0, ...submit, '--run-id', 'first', '--watch')
  assert.deepEqual([ended.state, ended.stepState, ended.result.images], ['succeeded', 'COMPLETED', 19])
  assert.deepEqual(await verdicts(scene), { accepted: 16, rejected: 3 })
  const tables = await Array.fromAsync(storage.list({ prefix: 'tables/images/' }))
  assert.ok(tables.length > 0 && tables.every(({ key }) => key.endsWith('.parquet')))
  await simulator.ended(ended.clusterId)
  const [cluster] = simulator.clusters()
  assert.equal(cluster?.state, 'TERMINATED')

  const again = await line.json<Submitted>(0, ...submit, '--run-id', 'first')
  assert.deepEqual([again.alreadySubmitted, again.clusterId], [true, ended.clusterId])
  const second = await line.json<Submitted>(0, ...submit, '--run-id', 'second')
  assert.deepEqual([second.alreadySubmitted, second.uploaded.bytes], [false, 0])
  const seen = await line.run('emr', 'watch', second.clusterId)
  assert.equal(seen.code, 0, seen.stderr)
  assert.match(seen.stdout, /^small-ingest\/second succeeded: 0 images in /)
  assert.match(seen.stderr, /step RUNNING/)
  assert.equal(simulator.clusters().length, 2)

  const { stdout: listed } = await line.run('emr', 'list', '--hub', hub)
  assert.match(listed, /small-ingest\/first .* TERMINATED +succeeded/)
  const driver = await line.run('emr', 'logs', 'small-ingest/first', '--hub', hub)
  assert.match(driver.stdout, /inspections\n.*19 photos: 16 accepted, 3 rejected\n.*ingest \S+: .*19 images/)
  const stdout = await line.run('emr', 'logs', 'small-ingest/first', '--hub', hub, '--which', 'stdout')
  assert.equal(stdout.stdout, driver.stdout)
  const why = await line.json<{ cause: string }>(0, 'emr', 'diagnose', ended.clusterId)
  assert.equal(why.cause, 'none')
})

test('a job is a step of a cluster that another job kept, and leaves it for the next', { skip }, async t => {
  const scene = await emrScene(t, s3.server)
  const { line, hub, simulator } = scene
  const param = ['--param', `hub=${hub}`]
  const kept = join(jobs, 'keptIngest.ts')
  const first = await line.json<Ended>(0, 'emr', 'submit', kept, ...param, '--run-id', 'first', '--watch')
  assert.deepEqual([first.state, first.result.images], ['succeeded', 19])
  const to = ['--cluster', first.clusterId]
  const second = await line.json<Ended>(0, 'emr', 'submit', ingest, ...param, ...to, '--watch')
  assert.deepEqual(
    [second.state, second.clusterId, second.clusterState, second.result.images],
    ['succeeded', first.clusterId, 'WAITING', 0],
  )
  assert.deepEqual(await verdicts(scene), { accepted: 16, rejected: 3 })
  assert.equal(simulator.clusters().length, 1)
  const stopped = await line.run('emr', 'cancel', first.clusterId, '--what', 'cluster')
  assert.equal(stopped.code, 0, stopped.stderr)
  await simulator.ended(first.clusterId)
  const { error } = await line.json<ErrorDocument>(2, 'emr', 'submit', ingest, ...param, ...to)
  assert.equal(error.code, 'cluster_ended', error.message)
})

test('a run that fails says why and what to change, at once and from the logs that EMR copies', {
  skip,
}, async t => {
  const { line, hub } = await emrScene(t, s3.server)
  const nowhere = ['--param', `hub=${hub}`, '--param', `from=${hub}/nowhere`, '--run-id', 'lost']
  const ended = await line.json<Ended>(1, 'emr', 'submit', ingest, ...nowhere, '--watch')
  assert.deepEqual([ended.state, ended.stepState], ['failed', 'FAILED'])
  const { cause, sentence, evidence } = await line.json<{
    cause: string
    sentence: string
    evidence: { file: string }
  }>(0, 'emr', 'diagnose', 'small-ingest/lost', '--hub', hub)
  assert.equal(cause, 'user_error')
  assert.match(sentence, /nowhere/)
  assert.match(evidence.file, /driver\.log/)
})

test('a run that is cancelled stops with its Spark, keeps what it did, and its watcher says so', {
  skip,
}, async t => {
  const { line, hub, storage, simulator } = await emrScene(t, s3.server)
  const submit = ['emr', 'submit', ingest, '--param', `hub=${hub}`, '--run-id', 'stopped']
  const { clusterId } = await line.json<Submitted>(0, ...submit)
  const watching = line.run('emr', 'watch', 'small-ingest/stopped', '--hub', hub)
  const store = new RunStore(storage, { job: 'small-ingest', runId: 'stopped' })
  while ((await store.claim()) === null) await sleep(50)
  const cancelled = await line.json<{ outcome: string; state: string }>(
    0,
    ...['emr', 'cancel', 'small-ingest/stopped', '--hub', hub],
  )
  assert.deepEqual(cancelled, {
    job: 'small-ingest',
    run_id: 'stopped',
    outcome: 'ended',
    state: 'cancelled',
  })
  const watched = await watching
  assert.equal(watched.code, 3, watched.stderr)
  assert.match(watched.stdout, /^small-ingest\/stopped cancelled/)
  await simulator.ended(clusterId)
  const again = await line.json<{ outcome: string }>(0, 'emr', 'cancel', clusterId)
  assert.equal(again.outcome, 'already_ended')
})

test('a schedule starts a job; a second delivery for the same time does nothing; what changes is planned first', {
  skip,
}, async t => {
  const scene = await emrScene(t, s3.server)
  const { line, hub, simulator } = scene
  const job = join(jobs, 'scheduledIngest.ts')
  const options = [job, '--param', `hub=${hub}`, '--account', '123456789012']
  const before = await line.json<{ schedule: unknown }>(0, 'emr', 'plan', ...options)
  assert.equal(before.schedule, 'none')
  const made = await line.json<{ outcome: string }>(0, 'emr', 'schedule', ...options)
  assert.equal(made.outcome, 'created')
  const after = await line.json<{ schedule: unknown; uploads: unknown }>(0, 'emr', 'plan', ...options)
  assert.deepEqual([after.schedule, after.uploads], [[], []])

  const deliveries = await simulator.deliver('imagehub-small-nightly', new Date('2026-11-25T03:00:00Z'), {
    times: 2,
  })
  assert.equal(deliveries.length, 2)
  const watched = await line.json<Ended>(
    0,
    'emr',
    'watch',
    'small-nightly/2026-11-25T03:00:00Z',
    '--hub',
    hub,
  )
  assert.deepEqual([watched.state, watched.result.images], ['succeeded', 19])
  const clusters = simulator.clusters()
  for (const { id } of clusters) await simulator.ended(id)
  assert.deepEqual(
    simulator.clusters().map(({ request, state }) => [request.Name, state]),
    Array.from({ length: 2 }, () => ['imagehub small-nightly 2026-11-25T03:00:00Z', 'TERMINATED']),
  )
  assert.deepEqual(await verdicts(scene), { accepted: 16, rejected: 3 })
  const runs = await line.json<unknown[]>(0, 'runs', '--hub', hub)
  assert.equal(runs.length, 1, 'the second cluster did nothing')

  const changed = [...options, '--param', `from=${hub}/other`]
  const planned = await line.json<{ schedule: unknown }>(0, 'emr', 'plan', ...changed)
  const plan = 'Target.Input.Steps[0].HadoopJarStep.Args[3]'
  assert.deepEqual(planned.schedule, [{ path: `${plan}.params.from`, before: null, after: `${hub}/other` }])
  const removed = await line.run('emr', 'unschedule', job)
  assert.equal(removed.stdout, 'schedule imagehub-small-nightly removed\n')
  assert.deepEqual(simulator.schedules(), [])
})

test('a whole night: new photos, embeddings by a model of the submitter, and a report, on executors that have nothing but what was sent', {
  skip,
}, async t => {
  const scene = await emrScene(t, s3.server)
  const { line, hub, storage } = scene
  const model = join(line.home, 'pixels.onnx')
  await writePixelModel(model)
  await line.json(0, 'models', 'import', '--from', model, '--id', 'pixels')
  const submit = ['emr', 'submit', join(jobs, 'smallNightly.ts'), '--param', `hub=${hub}`]
  const unknown = await line.run(...submit, '--param', 'model=pixles')
  assert.equal(unknown.code, 2)
  assert.match(unknown.stderr, /no model "pixles"/)
  const ended = await line.json<Ended>(
    0,
    ...submit,
    '--param',
    'model=pixels',
    '--run-id',
    'night',
    '--watch',
  )
  assert.deepEqual([ended.state, ended.result.images, ended.result.runs.length], ['succeeded', 19, 2])
  assert.deepEqual(await verdicts(scene), { accepted: 16, rejected: 3 })
  const [embedded] = await line.json<{ n: number }[]>(
    ...([0, 'sql', '--hub', hub, 'SELECT count(*) AS n FROM embeddings'] as const),
  )
  assert.equal(embedded?.n, 16)
  assert.match(new TextDecoder().decode(await storage.read('reports/newest.html')), /<html/)
  assert.match(await new RunStore(storage, { job: 'whole-night', runId: 'night' }).log(), /no head yet/)
})
