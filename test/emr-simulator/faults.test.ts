import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DescribeClusterCommand, EMRClient, RunJobFlowCommand } from '@aws-sdk/client-emr'
import type { Fault } from './faults.ts'
import { refusals } from './ServiceError.ts'
import { request, simulated } from './simulated.ts'

const started: readonly [fault: Fault, clusters: number, error: object][] = [
  ['throttle', 0, { name: 'ThrottlingException', message: 'Rate exceeded' }],
  ['internal_error', 0, { name: 'InternalServerException' }],
  ['internal_error_after', 1, { name: 'InternalServerException' }],
  ['lost_answer', 1, { code: 'ECONNRESET' }],
  ['lost_answer_before', 0, { code: 'ECONNRESET' }],
  ['refuse_connection', 0, { code: 'ECONNRESET' }],
]

for (const [fault, clusters, error] of started)
  test(`of a call with ${fault} there is ${clusters === 1 ? 'a cluster' : 'nothing'}, and the client gets an error`, async t => {
    const { simulator, emr } = await simulated(t, {
      faults: (operation, number) => (operation === 'RunJobFlow' && number === 1 ? fault : 'none'),
    })
    const send = () => emr.send(new RunJobFlowCommand(request()))
    await assert.rejects(send(), error)
    assert.equal(simulator.clusters().length, clusters)
    assert.deepEqual(
      simulator.calls().map(({ operation, fault }) => [operation, fault]),
      [['RunJobFlow', fault]],
    )
    await send()
    assert.equal(simulator.clusters().length, clusters + 1)
  })

test('a client that asks again gets through, and starts a second cluster where an answer was lost', async t => {
  const { simulator } = await simulated(t, {
    faults: (_, number) => (['throttle', 'lost_answer'] as const)[number - 1] ?? 'none',
  })
  const emr = new EMRClient({
    endpoint: simulator.url,
    region: simulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 3,
  })
  t.after(() => emr.destroy())
  const { JobFlowId } = await emr.send(new RunJobFlowCommand(request()))
  const ids = simulator.clusters().map(({ id }) => id)
  assert.equal(ids.length, 2)
  assert.equal(ids[1], JobFlowId)
})

test('a call that is never answered did what it was to do', async t => {
  const { simulator, emr } = await simulated(t, { faults: () => 'no_answer' })
  const abortSignal = AbortSignal.timeout(200)
  await assert.rejects(emr.send(new RunJobFlowCommand(request()), { abortSignal }))
  assert.equal(simulator.clusters().length, 1)
})

test('nothing listens until it listens again, at the same port', async t => {
  const { simulator, emr, cluster } = await simulated(t)
  const { JobFlowId } = await emr.send(new RunJobFlowCommand(request()))
  await simulator.stopListening()
  await assert.rejects(emr.send(new DescribeClusterCommand({ ClusterId: JobFlowId })), {
    code: 'ECONNREFUSED',
  })
  await simulator.listen()
  assert.equal((await cluster(JobFlowId)).Id, JobFlowId)
})

test('what an account may not do is refused as AWS does', async t => {
  const cases = [
    [
      refusals.unknownInstanceProfile('x'),
      { name: 'ValidationException', message: 'Invalid InstanceProfile: x.' },
    ],
    [refusals.expiredToken(), { name: 'ExpiredTokenException', message: /expired$/ }],
    [
      refusals.accessDenied('elasticmapreduce:RunJobFlow'),
      { name: 'AccessDeniedException', message: /RunJobFlow/ },
    ],
    [refusals.instanceTypeNotSupported('p9.large'), { name: 'ValidationException', message: /'p9\.large'/ }],
  ] as const
  for (const [refusal, error] of cases) {
    const { simulator, emr } = await simulated(t, {
      refuse: operation => (operation === 'RunJobFlow' ? refusal : undefined),
    })
    await assert.rejects(emr.send(new RunJobFlowCommand(request())), error)
    assert.deepEqual(simulator.clusters(), [])
  }
})
