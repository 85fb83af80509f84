import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import type { JobContext } from '../../jobs/define/Job.ts'
import { loadJob, shippedJobs } from '../../jobs/define/loadJob.ts'
import { parseJobParameters } from '../../jobs/define/parseJobParameters.ts'
import { fileUri } from '../../storage/location.ts'
import { localEngine, never, pixelModel, smallHub } from '../operations/smallHub.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

test("the jobs that come along do a hub's work one after the other, and a second time nothing", async t => {
  const { hub, photos } = await smallHub(t)
  const cacheFolder = await temporaryFolder(t)
  const context: JobContext = {
    hub,
    engine: localEngine,
    device: 'cpu',
    scheduledFor: null,
    cacheFolder,
    signal: never,
  }
  const run = async (name: string, given: Record<string, string> = {}) => {
    const job = await loadJob(name)
    const runs = await job.pipeline(parseJobParameters(job, { hub: hub.storage.root, ...given }), context)
    return Object.assign({}, ...runs.map(({ rows_written }) => rows_written)) as Record<string, number>
  }
  const model = { model: pixelModel }
  const from = { from: photos }
  assert.equal((await run('ingest', from)).images, 19)
  assert.equal((await run('featurize', model)).embeddings, 16)
  assert.equal((await run('train', { ...model, head: 'tints' })).heads, 1)
  assert.equal((await run('predict', { head: 'tints' })).predictions, 32)
  assert.deepEqual(await run('nightly', { ...from, ...model, head: 'tints' }), {})
  const [exported] = await (await loadJob('export')).pipeline(
    parseJobParameters(await loadJob('export'), {
      hub: hub.storage.root,
      params: '{"label":"red"}',
      images: 'exports/red',
    }),
    context,
  )
  assert.deepEqual(
    [exported?.command, exported?.exported?.rows, exported?.exported?.images?.copied, exported?.rows_written],
    ['export', 8, 8, {}],
  )
  assert.equal(exported?.exported?.to, hub.storage.uri('exports/labelled_images.parquet'))
  const page = new TextDecoder().decode(await hub.storage.read('reports/newest.html'))
  assert.match(page, /<html/)
})

test('the first nights of a hub, before a head is trained, are no failures, but a head that is misnamed is one', async t => {
  const { hub, photos } = await smallHub(t)
  const notes: string[] = []
  const context: JobContext = {
    ...{ hub, engine: localEngine, device: 'cpu', scheduledFor: null, signal: never },
    cacheFolder: await temporaryFolder(t),
    onNote: line => notes.push(line),
  }
  const job = await loadJob('nightly')
  const night = (given: Record<string, string> = {}) => {
    const params = { hub: hub.storage.root, from: photos, model: pixelModel, ...given }
    return job.pipeline(parseJobParameters(job, params), context)
  }
  assert.deepEqual(
    (await night()).map(({ command, state }) => [command, state]),
    [
      ['ingest', 'committed'],
      ['featurize', 'committed'],
    ],
  )
  assert.match(notes.join('\n'), /^19 photos: 16 accepted, 3 rejected\n[\s\S]*no head yet/)
  const train = await loadJob('train')
  await train.pipeline(parseJobParameters(train, { hub: hub.storage.root, model: pixelModel }), context)
  assert.deepEqual(
    (await night()).map(({ command }) => command),
    ['ingest', 'featurize', 'predict'],
  )
  await assert.rejects(night({ head: 'lables' }), { code: 'unknown_head' })
})

test('an export may read the photos and write its targets where it has any outside the hub, and nothing else', async () => {
  const job = await loadJob('export')
  const access = (given: Record<string, string>) =>
    job.access(parseJobParameters(job, { hub: 's3://bucket/hub', ...given }))
  assert.deepEqual(access({}), { reads: [], writes: ['s3://bucket/hub/exports'] })
  assert.deepEqual(
    access({ to: 's3://other/out/a.parquet', images: 's3://third/pictures', from: 's3://photos/in' }),
    {
      reads: ['s3://photos/in'],
      writes: ['s3://other/out', 's3://third/pictures'],
    },
  )
  assert.deepEqual(access({ sql: 'SELECT 1', images: 'exports/a' }), {
    reads: ['s3://bucket/hub/incoming'],
    writes: ['s3://bucket/hub/exports', 's3://bucket/hub/exports/a'],
  })
})

test('a job is named, or is a file with a job as its default export', async t => {
  assert.deepEqual(shippedJobs(), ['export', 'featurize', 'ingest', 'nightly', 'predict', 'train'])
  const folder = await temporaryFolder(t)
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const from = JSON.stringify(fileUri(join(import.meta.dirname, '../../jobs/train.ts')))
  assert.equal((await loadJob(await file('good.ts', `export { default } from ${from}`))).name, 'train')
  await assert.rejects(loadJob('nigthly'), {
    code: 'unknown_job',
    hint: /did you mean nightly/,
    fault: 'user',
  })
  await assert.rejects(loadJob(await file('empty.ts', 'export const x: number = 1')), {
    code: 'bad_job',
    message: /default export of .*empty\.ts is no job/,
  })
  await assert.rejects(loadJob(await file('broken.ts', 'throw new Error("no luck")')), {
    code: 'bad_job',
    message: /broken\.ts cannot be loaded: no luck/,
  })
  await assert.rejects(loadJob(join(folder, 'missing.ts')), { code: 'bad_job', message: /cannot be loaded/ })
})
