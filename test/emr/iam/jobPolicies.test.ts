import assert from 'node:assert/strict'
import test from 'node:test'
import { type JobPoliciesOptions, jobPolicies } from '../../../emr/iam/jobPolicies.ts'
import type { Policy, Statement } from '../../../emr/iam/Policy.ts'
import { cpuCluster } from '../../../jobs/define/Cluster.ts'
import type { Job } from '../../../jobs/define/Job.ts'
import { loadJob } from '../../../jobs/define/loadJob.ts'
import { parseJobParameters } from '../../../jobs/define/parseJobParameters.ts'
import { hub, sampleJobs } from '../sampleJobs.ts'

const place = { account: '123456789012', region: 'eu-central-1' } as const

async function policiesOf(
  name: string,
  given: Record<string, string> = {},
  more: Partial<JobPoliciesOptions<{ hub: string }>> = {},
) {
  const job: Job = await loadJob(name)
  return jobPolicies({ ...place, job, params: parseJobParameters(job, { hub, ...given }), ...more })
}

interface Request {
  readonly action: string
  readonly resource: string
  readonly context?: Readonly<Record<string, string>>
}

/** IAM's own rule for what is here: allowed where one statement has the action, the resource and every condition. */
function allows({ Statement }: Policy, { action, resource, context = {} }: Request): boolean {
  const like = (pattern: string, value: string) =>
    new RegExp(
      `^${pattern
        .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test(value)
  const conditionsHold = ({ Condition = {} }: Statement) =>
    Object.values(Condition).every(keys =>
      Object.entries(keys).every(([key, values]) =>
        [values].flat().some(value => context[key] !== undefined && like(value, context[key])),
      ),
    )
  return Statement.some(
    statement =>
      statement.Action.some(pattern => like(pattern, action)) &&
      (statement.Resource ?? []).some(pattern => like(pattern, resource)) &&
      conditionsHold(statement),
  )
}

const s3 = (path: string) => `arn:aws:s3:::${path}`

test('machines use the hub, read the photos, and touch nothing beside them', async () => {
  const { instanceProfile } = await policiesOf('ingest', { from: 's3://photos/camera' })
  const may = (action: string, resource: string, context?: Record<string, string>) =>
    allows(instanceProfile.policy, { action, resource, ...(context === undefined ? {} : { context }) })
  assert.ok(may('s3:PutObject', s3('bucket/hub/tables/images/1.parquet')))
  assert.ok(may('s3:DeleteObject', s3('bucket/hub/work/1')))
  assert.ok(may('s3:ListBucket', s3('bucket'), { 's3:prefix': 'hub/tables/' }))
  assert.ok(may('s3:GetObject', s3('photos/camera/1.jpg')))
  assert.ok(may('s3:GetObject', s3('eu-central-1.elasticmapreduce/libs/script-runner/script-runner.jar')))
  assert.ok(!may('s3:PutObject', s3('photos/camera/1.jpg')), 'photos are only read')
  assert.ok(!may('s3:GetObject', s3('photos/private/1.jpg')))
  assert.ok(!may('s3:GetObject', s3('bucket/hub2/tables/1.parquet')), 'a prefix ends at its slash')
  assert.ok(!may('s3:GetObject', s3('bucket/other/1')))
  assert.ok(!may('s3:ListBucket', s3('bucket'), { 's3:prefix': 'other/' }))
  assert.ok(!may('s3:ListBucket', s3('bucket')), 'nor is the whole bucket listed')
  assert.ok(!may('s3:DeleteBucket', s3('bucket')))
  assert.ok(!may('elasticmapreduce:RunJobFlow', '*'))
})

test('roles are passed to nobody but EMR and EC2, and only those of the job', async () => {
  const { submitter, scheduler, service } = await policiesOf('nightly')
  assert.ok(scheduler)
  const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`
  const passed = (policy: Policy, name: string, to: string) =>
    allows(policy, { action: 'iam:PassRole', resource: role(name), context: { 'iam:PassedToService': to } })
  for (const { policy } of [submitter, scheduler]) {
    assert.ok(passed(policy, 'EMR_DefaultRole_V2', 'elasticmapreduce.amazonaws.com'))
    assert.ok(passed(policy, 'imagehub-nightly', 'ec2.amazonaws.com'))
    assert.ok(!passed(policy, 'imagehub-nightly', 'lambda.amazonaws.com'))
    assert.ok(!passed(policy, 'Admin', 'ec2.amazonaws.com'))
    assert.ok(allows(policy, { action: 'elasticmapreduce:RunJobFlow', resource: '*' }))
  }
  assert.ok(passed(service.policy, 'imagehub-nightly', 'ec2.amazonaws.com'))
  assert.ok(
    !allows(scheduler.policy, {
      action: 'elasticmapreduce:TerminateJobFlows',
      resource: 'arn:aws:elasticmapreduce:eu-central-1:123456789012:cluster/j-1',
    }),
  )
})

test('no statement of any job allows everything, and only calls without a resource are for all', async () => {
  for (const { job, params } of await sampleJobs()) {
    const { instanceProfile, service, scheduler, submitter } = jobPolicies({ ...place, job, params })
    assert.equal(scheduler === null, job.schedule === null)
    for (const policy of [
      instanceProfile.policy,
      service.policy,
      submitter.policy,
      ...(scheduler ? [scheduler.policy] : []),
    ])
      for (const { Sid, Action, Resource } of policy.Statement) {
        assert.ok(
          Action.every(action => /^[a-z0-9]+:[A-Za-z]+$/.test(action)),
          `${Sid}: ${Action}`,
        )
        if (Resource?.includes('*')) assert.equal(Sid, 'Run')
      }
    for (const { Statement } of [instanceProfile.policy, submitter.policy])
      assert.equal(new Set(Statement.map(({ Sid }) => Sid)).size, Statement.length, 'names are unique')
  }
})

test('own roles, a log folder, keys, a queue and another partition are in them', async () => {
  const job = await loadJob('predict')
  const cluster = cpuCluster({
    release: 'emr-7.13.0',
    workers: { type: 'm6i.2xlarge', count: 1 },
    logUri: 's3://logs',
    instanceProfile: 'mine',
  })
  const key = 'arn:aws-cn:kms:cn-north-1:123456789012:key/1'
  const { instanceProfile, submitter } = jobPolicies({
    ...place,
    job: { ...job, cluster },
    params: { hub },
    keys: [key],
    partition: 'aws-cn',
  })
  assert.equal(instanceProfile.role, 'mine')
  assert.ok(
    allows(instanceProfile.policy, { action: 's3:PutObject', resource: 'arn:aws-cn:s3:::logs/j-1/steps' }),
  )
  assert.ok(allows(instanceProfile.policy, { action: 'kms:Decrypt', resource: key }))
  assert.ok(allows(submitter.policy, { action: 's3:GetObject', resource: 'arn:aws-cn:s3:::logs/j-1/steps' }))
  const { scheduler } = await policiesOf(
    'nightly',
    {},
    { deadLetters: 'arn:aws:sqs:eu-central-1:123456789012:dead' },
  )
  assert.ok(
    allows(scheduler?.policy as Policy, {
      action: 'sqs:SendMessage',
      resource: 'arn:aws:sqs:eu-central-1:123456789012:dead',
    }),
  )
})
