import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import pLimit from 'p-limit'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import { commandLine, type ErrorDocument, program } from '../support/commandLine.ts'
import { endWithUs } from '../support/endWithUs.ts'
import { s3ForTests } from '../support/s3Server.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'
import { refusals, type ServiceError } from './ServiceError.ts'
import { startEmrSimulator } from './startEmrSimulator.ts'

const s3 = await s3ForTests()
const { skip } = s3
const root = join(import.meta.dirname, '../..')
const smallIngest = join(import.meta.dirname, 'jobs/smallIngest.ts')

/** A person whose EMR refuses what it is told to. */
async function scene(
  t: Parameters<typeof temporaryFolder>[0],
  refuse: (operation: string) => ServiceError | undefined = () => undefined,
  starting = 5,
) {
  const simulator = await startEmrSimulator({ region: s3.server.region, refuse, delays: { starting } })
  t.after(() => simulator[Symbol.asyncDispose]())
  const line = await commandLine(t, {
    ...s3.server.environment,
    AWS_REGION: s3.server.region,
    AWS_ENDPOINT_URL_EMR: simulator.url,
    AWS_ENDPOINT_URL_SCHEDULER: simulator.url,
    IMAGEHUB_CACHE: defaultCacheFolder(),
  })
  const hub = `s3://${await s3.server.createBucket()}/hub`
  const refused = async (...args: readonly string[]) =>
    (await line.json<ErrorDocument>(2, 'emr', ...args)).error
  return { simulator, line, hub, refused }
}

test('what is wrong with a job or its parameters is said before EMR hears of it', { skip }, async t => {
  const { simulator, hub, refused } = await scene(t)
  const folder = await temporaryFolder(t)
  const job = async (name: string, cluster: string, more = '') => {
    const file = join(folder, `${name}.ts`)
    await writeFile(
      file,
      `import { z } from '${root}/node_modules/zod/index.js'
import { cpuCluster, defineJob, gpuCluster, hubParameter } from '${root}/job.ts'
export default defineJob({ name: 'mine', describe: 'x', params: z.object(hubParameter), pipeline: async () => [],
  cluster: ${cluster}, ${more} } as never)\n`,
    )
    return file
  }
  const cpu = (change: string) =>
    `cpuCluster({ release: 'emr-spark-8.0.0', workers: { type: 'm6i.xlarge', count: 1 }, ${change} } as never)`
  const param = ['--param', `hub=${hub}`]
  const cases: [readonly string[], string, RegExp][] = [
    [['submit', 'ingest', ...param, '--param', 'form=x'], 'bad_parameter', /no parameter form/],
    [['submit', 'train', ...param, '--param', 'regParams=many'], 'bad_parameter', /regParams .*"many"/],
    [['submit', 'ingest', '--param', 'hub=/data/hub'], 'hub_not_in_s3', /"\/data\/hub"/],
    [['submit', 'ingest', ...param, '--cluster', 'c-1'], 'bad_option', /--cluster is "c-1"/],
    [['submit', 'ingest', ...param, '--run-id', 'a b'], 'bad_run_id', /"a b"/],
    [['submit', 'ingest', ...param, '--region', 'Frankfurt'], 'bad_option', /"Frankfurt"/],
    [['submit', 'ingest', ...param, '--region', 'eu-west-3'], 'wrong_region', /is in us-east-1.*eu-west-3/],
    [['submit', 'featurize', ...param], 'gpu_provider_missing', /CUDA/],
    [['submit', 'featurize', ...param, '--cuda', folder], 'cuda_missing', /libcublas/],
    [
      ['submit', 'ingest', '--param', 'hub=s3://nobody-has-this-bucket/hub'],
      'bucket_not_found',
      /nobody-has-this/,
    ],
    [
      ['submit', 'ingest', ...param, '--param', 'from=s3://nor-this-one/x'],
      'bucket_not_found',
      /nor-this-one/,
    ],
    [
      ['submit', await job('arm', cpu(`workers: { type: 'm7g.xlarge', count: 1 }`)), ...param],
      'bad_cluster',
      /m7g/,
    ],
    [
      ['submit', await job('count', cpu('workers: { type: "m6i.xlarge", count: 0 }')), ...param],
      'bad_cluster',
      /count.*0/,
    ],
    [['submit', await job('hours', cpu('maxHours: 1000')), ...param], 'bad_cluster', /maxHours.*1000/],
    [['submit', await job('release', cpu('release: "emr-6.0.0"')), ...param], 'bad_cluster', /emr-6\.0\.0/],
    [
      [
        'submit',
        await job(
          'gpu',
          `gpuCluster({ release: 'emr-7.13.0', workers: { type: 'm6i.xlarge', count: 1 } } as never)`,
        ),
        ...param,
      ],
      'bad_cluster',
      /m6i\.xlarge.*/,
    ],
    [
      [
        'submit',
        await job(
          'spark4',
          `gpuCluster({ release: 'emr-spark-8.0.0', workers: { type: 'g5.xlarge', count: 1 } } as never)`,
        ),
        ...param,
      ],
      'bad_cluster',
      /emr-spark-8\.0\.0/,
    ],
    [
      ['schedule', await job('never', cpu(''), `schedule: 'cron(0 3 31 2 ? *)'`), ...param],
      'schedule_never_fires',
      /31 2/,
    ],
    [
      ['schedule', await job('five', cpu(''), `schedule: '0 3 * * *'`), ...param],
      'bad_schedule',
      /0 3 \* \* \*/,
    ],
    [['schedule', smallIngest, ...param, '--account', '123456789012'], 'no_schedule', /small-ingest/],
    [['schedule', 'nightly', ...param], 'usage', /no role/],
    [['schedule', 'nightly', ...param, '--account', '12'], 'bad_option', /--account is "12"/],
    [
      ['submit', await job('edit', cpu('edit: request => ({ ...request, Nmae: 1 })')), ...param],
      'bad_request',
      /Nmae/,
    ],
    [
      ['submit', await job('name', cpu('edit: request => ({ ...request, Name: "mine" })')), ...param],
      'bad_name',
      /"mine"/,
    ],
    [['watch', 'small-ingest', '--hub', hub], 'usage', /names no run/],
    [['watch', 'small-ingest/one'], 'usage', /--hub is missing/],
    [['watch', 'j-1ABCDEFGHIJKL'], 'cluster_not_found', /j-1ABCDEFGHIJKL/],
    [
      ['backfill', 'nightly', ...param, '--from', '2026-11-08', '--to', '2026-11-01'],
      'bad_time_range',
      /2026-11-08/,
    ],
    [['backfill', 'nightly', ...param, '--from', 'monday', '--to', '2026-11-01'], 'bad_option', /"monday"/],
    [['bundle', '--hub', folder], 'hub_not_in_s3', /hub/],
  ]
  const turn = pLimit(3)
  const check = async ([args, code, message]: (typeof cases)[number]) => {
    const error = await refused(...args)
    assert.equal(error.code, code, `${args.join(' ')}: ${error.message}`)
    assert.match(`${error.message} ${error.hint}`, message, args.join(' '))
    assert.ok((error.hint ?? '').length > 5, `${code} says what to change`)
  }
  await Promise.all(cases.map(found => turn(() => check(found))))
  assert.deepEqual(simulator.clusters(), [])
})

test('what EMR refuses is told with its reason, and no cluster is left', { skip }, async t => {
  const cases: [string, ServiceError, string, RegExp][] = [
    [
      'RunJobFlow',
      refusals.unknownInstanceProfile('imagehub-small-ingest'),
      'emr_refused',
      /Invalid InstanceProfile/,
    ],
    ['RunJobFlow', refusals.unknownServiceRole('EMR_DefaultRole_V2'), 'emr_refused', /Invalid ServiceRole/],
    ['ListSupportedInstanceTypes', refusals.expiredToken(), 'credentials_rejected', /expired/],
    [
      'RunJobFlow',
      refusals.accessDenied('elasticmapreduce:RunJobFlow'),
      'access_denied',
      /elasticmapreduce:RunJobFlow/,
    ],
  ]
  for (const [operation, error, code, message] of cases) {
    const { simulator, hub, refused } = await scene(t, asked => (asked === operation ? error : undefined))
    const told = await refused('submit', smallIngest, '--param', `hub=${hub}`)
    assert.equal(told.code, code, told.message)
    assert.match(`${told.message} ${told.hint}`, message)
    assert.deepEqual(simulator.clusters(), [])
  }
})

test('whoever stops watching is told how to go on, and the run does', { skip }, async t => {
  // Its cluster is never there while the test lasts.
  const { simulator, line, hub } = await scene(t, undefined, 600_000)
  const args = ['emr', 'submit', smallIngest, '--param', `hub=${hub}`, '--run-id', 'left', '--watch']
  const watching = endWithUs(
    spawn(process.execPath, [program, ...args], { env: line.env, stdio: ['ignore', 'ignore', 'pipe'] }),
  )
  let told = ''
  watching.stderr.setEncoding('utf8').on('data', (text: string) => {
    const seen = /cluster \w+, step/
    // Once: a second one ends it at once.
    if (!seen.test(told) && seen.test(told + text)) watching.kill('SIGINT')
    told += text
  })
  const [code] = (await once(watching, 'close')) as [number]
  assert.equal(code, 1)
  assert.match(
    told,
    /stopped by SIGINT\n {2}the run goes on: imagehub emr watch small-ingest\/left --hub s3:/,
  )
  assert.equal(simulator.clusters().length, 1)
})
