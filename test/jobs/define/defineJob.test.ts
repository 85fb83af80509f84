import assert from 'node:assert/strict'
import test from 'node:test'
import { z } from 'zod'
import { cpuCluster, gpuCluster } from '../../../jobs/define/Cluster.ts'
import { defineJob } from '../../../jobs/define/defineJob.ts'
import { hubParameter } from '../../../jobs/define/hubParameter.ts'

const options = { release: 'emr-spark-8.0.0', workers: { type: 'm6i.2xlarge', count: 2 } } as const
const cluster = cpuCluster(options)
const params = z.object({ ...hubParameter, most: z.int().default(5) })
const job = { name: 'mine', describe: 'Mine', params, cluster, pipeline: async () => [] }

test('a job has what was declared, and neither access nor a schedule unless they were', () => {
  const defined = defineJob({
    ...job,
    pipeline: async ({ most }: { hub: string; most: number }) => (most > 0 ? [] : []),
  })
  assert.equal(defined.schedule, null)
  assert.deepEqual(defined.access({ hub: 's3://bucket/hub', most: 1 }), { reads: [], writes: [] })
  assert.deepEqual(defineJob({ ...job, schedule: 'cron(0 3 * * ? *)', timezone: 'Europe/Berlin' }).schedule, {
    expression: 'cron(0 3 * * ? *)',
    timezone: 'Europe/Berlin',
  })
})

test('mistakes that TypeScript can see do not compile', () => {
  const wrong = [
    // @ts-expect-error: a release that is not there
    () => cpuCluster({ release: 'emr-7.99.0', workers: { type: 'm6i.2xlarge', count: 1 } }),
    // @ts-expect-error: a release without GPUs
    () => gpuCluster({ release: 'emr-spark-8.0.0', workers: { type: 'g5.2xlarge', count: 1 } }),
    // @ts-expect-error: a type without a GPU
    () => gpuCluster({ release: 'emr-7.13.0', workers: { type: 'm6i.2xlarge', count: 1 } }),
    // @ts-expect-error: a log URI that is not in S3
    () => cpuCluster({ ...options, logUri: '/var/log' }),
    // @ts-expect-error: a subnet that is none
    () => cpuCluster({ ...options, subnets: ['net-1'] }),
    // @ts-expect-error: a schedule of five fields
    () => defineJob({ ...job, schedule: 'cron(0 3 * * ?)' }),
    // @ts-expect-error: a job without a hub
    () => defineJob({ ...job, params: z.object({ most: z.int().default(5) }) }),
  ]
  assert.equal(wrong.length, 7)
})

test('mistakes that it cannot see are told with the field, the value and what is allowed', () => {
  const withCluster = (change: object) => () =>
    defineJob({ ...job, cluster: { ...cluster, ...change } as typeof cluster })
  const cases: [make: () => unknown, code: string, message: RegExp, hint: RegExp][] = [
    [() => defineJob({ ...job, name: 'My Job' }), 'bad_job', /"My Job" cannot name a job/, /lower-case/],
    [
      withCluster({ release: 'emr-7.13' }),
      'bad_cluster',
      /release of the cluster is "emr-7.13"/,
      /did you mean emr-7\.13\.0/,
    ],
    [withCluster({ device: 'cuda' }), 'bad_cluster', /release .* "emr-spark-8.0.0"/, /emr-7/],
    [
      withCluster({ device: 'cuda', release: 'emr-7.13.0' }),
      'bad_cluster',
      /workers.type .* "m6i.2xlarge"/,
      /with a GPU, such as g5\.2xlarge/,
    ],
    [withCluster({ workers: { type: 'm7g.2xlarge', count: 1 } }), 'bad_cluster', /"m7g.2xlarge"/, /x86-64/],
    [
      withCluster({ workers: { type: 'm6j.2xlarge', count: 1 } }),
      'bad_cluster',
      /"m6j.2xlarge"/,
      /did you mean m6i\.2xlarge/,
    ],
    [
      withCluster({ workers: { type: ['m6i.2xlarge', 'm6i.xlarge'], count: 1 } }),
      'bad_cluster',
      /type/,
      /as many vCPUs/,
    ],
    [
      withCluster({ workers: { type: 'm6i.2xlarge', count: 0 } }),
      'bad_cluster',
      /workers.count .* 0/,
      /1 to 1000/,
    ],
    [
      withCluster({ workers: { type: 'm6i.2xlarge', count: 4, max: 2 } }),
      'bad_cluster',
      /workers.max .* 2/,
      /4 to 1000/,
    ],
    [withCluster({ idleMinutes: 0 }), 'bad_cluster', /idleMinutes .* 0/, /1 to 10080/],
    [withCluster({ maxHours: 1.5 }), 'bad_cluster', /maxHours .* 1.5/, /whole number/],
    [() => defineJob({ ...job, schedule: 'cron(0 25 * * ? *)' }), 'bad_schedule', /25/, /./],
    [() => defineJob({ ...job, schedule: 'cron(0 3 30 2 ? *)' }), 'schedule_never_fires', /30 2/, /days/],
    [
      () => defineJob({ ...job, schedule: 'rate(1 day)', timezone: 'Berlin' }),
      'bad_timezone',
      /"Berlin"/,
      /Europe/,
    ],
  ]
  for (const [make, code, message, hint] of cases)
    assert.throws(make, { code, message, hint, fault: 'user' }, String(message))
})
