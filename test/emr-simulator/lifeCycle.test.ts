import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AddJobFlowStepsCommand,
  DescribeStepCommand,
  ListBootstrapActionsCommand,
  ListInstancesCommand,
  ListSupportedInstanceTypesCommand,
  PutAutoTerminationPolicyCommand,
  RunJobFlowCommand,
} from '@aws-sdk/client-emr'
import { bootstrapFailed, endings, typeNotSupported } from './ClusterEnding.ts'
import type { RunStep } from './RunStep.ts'
import { request, simulated, step, waiting } from './simulated.ts'

const statesOf = (history: readonly { readonly state: string }[] | undefined) =>
  history?.map(({ state }) => state)

/** Ends with the code that its only argument names. */
const byArgument: RunStep = async ({ HadoopJarStep }) => ({ exitCode: Number(HadoopJarStep?.Args?.[0] ?? 0) })
const exits = (code: number) => ({ HadoopJarStep: { Jar: 'command-runner.jar', Args: [String(code)] } })

test('a cluster starts, does its steps one after the other, and ends', async t => {
  let running = 0
  const { simulator, emr, reaches, steps, cluster } = await simulated(t, {
    runStep: async () => {
      assert.equal(++running, 1)
      await new Promise(resolve => setTimeout(resolve, 10))
      running -= 1
      return { exitCode: 0 }
    },
  })
  const tags = [{ Key: 'imagehub:run', Value: 'r1' }]
  const started = await emr.send(
    new RunJobFlowCommand(request({ Steps: [step('a'), step('b')], Tags: tags })),
  )
  const id = started.JobFlowId
  assert.match(id ?? '', /^j-[0-9A-Z]{13}$/)
  assert.equal(started.ClusterArn, `arn:aws:elasticmapreduce:eu-central-1:123456789012:cluster/${id}`)
  const first = await cluster(id)
  assert.deepEqual(first.Tags, tags)
  assert.equal(first.AutoTerminate, true)

  const { Status, LogUri } = await reaches(id, 'TERMINATED')
  assert.equal(LogUri, 's3n://bucket/logs/')
  assert.deepEqual(Status?.StateChangeReason, { Code: 'ALL_STEPS_COMPLETED', Message: 'Steps completed' })
  const { CreationDateTime, ReadyDateTime, EndDateTime } = Status?.Timeline ?? {}
  assert.ok(CreationDateTime && ReadyDateTime && EndDateTime)
  assert.ok(CreationDateTime < ReadyDateTime && ReadyDateTime < EndDateTime)
  const [snapshot] = simulator.clusters()
  assert.deepEqual(statesOf(snapshot?.history), [
    'STARTING',
    'BOOTSTRAPPING',
    'RUNNING',
    'TERMINATING',
    'TERMINATED',
  ])
  for (const { history } of snapshot?.steps ?? [])
    assert.deepEqual(statesOf(history), ['PENDING', 'RUNNING', 'COMPLETED'])
  const listed = await steps(id)
  assert.deepEqual(
    listed.map(({ Name, Status }) => [Name, Status?.State]),
    [
      ['b', 'COMPLETED'],
      ['a', 'COMPLETED'],
    ],
    'newest first',
  )
  const [b, a] = listed
  assert.ok(a?.Status?.Timeline?.EndDateTime && b?.Status?.Timeline?.StartDateTime)
  assert.ok(a.Status.Timeline.EndDateTime <= b.Status.Timeline.StartDateTime)
  const { Step } = await emr.send(new DescribeStepCommand({ ClusterId: id, StepId: a.Id }))
  assert.deepEqual([Step?.Name, Step?.Config?.Jar, Step?.Config?.Args], ['a', 'command-runner.jar', ['true']])
})

test('what becomes of a cluster whose step fails is what the step says', async t => {
  const { emr, reaches, steps } = await simulated(t, { runStep: byArgument })
  const run = async (ActionOnFailure: 'TERMINATE_CLUSTER' | 'CONTINUE' | 'CANCEL_AND_WAIT') => {
    const Steps = [step('bad', { ActionOnFailure, ...exits(1) }), step('next', exits(0))]
    const { JobFlowId } = await emr.send(new RunJobFlowCommand(request({ Steps })))
    const { Status } = await reaches(JobFlowId, 'TERMINATED', 'TERMINATED_WITH_ERRORS', 'WAITING')
    const [next, bad] = await steps(JobFlowId)
    assert.equal(bad?.Status?.State, 'FAILED')
    assert.deepEqual(bad?.Status?.FailureDetails, {
      Reason: 'Unknown Error.',
      Message: '',
      LogFile: `s3://bucket/logs/${JobFlowId}/steps/${bad?.Id}/stderr.gz`,
    })
    return [Status?.State, Status?.StateChangeReason?.Code, next?.Status?.State]
  }
  assert.deepEqual(await run('TERMINATE_CLUSTER'), ['TERMINATED_WITH_ERRORS', 'STEP_FAILURE', 'CANCELLED'])
  assert.deepEqual(await run('CONTINUE'), ['TERMINATED', 'STEP_FAILURE', 'COMPLETED'])
  assert.deepEqual(await run('CANCEL_AND_WAIT'), ['WAITING', undefined, 'CANCELLED'])
})

test('a cluster that waits takes steps, and ends when it was idle for too long', async t => {
  const { emr, reaches, simulator } = await simulated(t, { delays: { idleSecond: 1 } })
  const { JobFlowId } = await emr.send(
    new RunJobFlowCommand(waiting({ AutoTerminationPolicy: { IdleTimeout: 604_800 } })),
  )
  await reaches(JobFlowId, 'WAITING')
  const { StepIds } = await emr.send(new AddJobFlowStepsCommand({ JobFlowId, Steps: [step('late')] }))
  assert.match(StepIds?.[0] ?? '', /^s-[0-9A-Z]{13}$/)
  await reaches(JobFlowId, 'WAITING')
  await emr.send(
    new PutAutoTerminationPolicyCommand({
      ClusterId: JobFlowId,
      AutoTerminationPolicy: { IdleTimeout: 60 },
    }),
  )
  await reaches(JobFlowId, 'TERMINATED')
  const [snapshot] = simulator.clusters()
  assert.equal(snapshot?.steps[0]?.state, 'COMPLETED')
  assert.deepEqual(statesOf(snapshot?.history)?.slice(2), [
    'RUNNING',
    'WAITING',
    'RUNNING',
    'WAITING',
    'TERMINATING',
    'TERMINATED',
  ])
})

test('a cluster that gets no machines, or none that work, says why and runs nothing', async t => {
  for (const failure of ['launchFailure', 'bootstrapFailure'] as const) {
    const { emr, reaches, steps, simulator } = await simulated(t, {
      runStep: () => assert.fail('a step ran'),
      [failure]: (_: unknown, primaryId: string) =>
        failure === 'bootstrapFailure' ? bootstrapFailed(primaryId, 2) : typeNotSupported('g6.xlarge'),
    })
    const { JobFlowId } = await emr.send(new RunJobFlowCommand(request()))
    const { Status } = await reaches(JobFlowId, 'TERMINATED_WITH_ERRORS')
    const { Code, Message = '' } = Status?.StateChangeReason ?? {}
    const [detail] = Status?.ErrorDetails ?? []
    if (failure === 'bootstrapFailure') {
      assert.equal(Code, 'BOOTSTRAP_FAILURE')
      assert.match(
        Message,
        /^On the master instance \(i-\w+\), bootstrap action 2 returned a non-zero return code$/,
      )
      assert.equal(detail?.ErrorCode, 'BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE')
    } else {
      assert.equal(Code, 'VALIDATION_ERROR')
      assert.match(Message, /instance type g6\.xlarge is not supported/)
      assert.deepEqual(detail?.ErrorData, [{ 'instance-type': 'g6.xlarge' }])
    }
    assert.equal(Status?.Timeline?.ReadyDateTime, undefined)
    assert.equal((await steps(JobFlowId))[0]?.Status?.State, 'CANCELLED')
    assert.ok(!statesOf(simulator.clusters()[0]?.history)?.includes('RUNNING'))
  }
})

test('a cluster that is lost takes its step with it', async t => {
  for (const stepOfEndedCluster of ['CANCELLED', 'INTERRUPTED'] as const) {
    let killed = false
    const { emr, simulator, reaches, steps } = await simulated(t, {
      stepOfEndedCluster,
      runStep: (_, { killed: signal }) =>
        new Promise(resolve =>
          signal.addEventListener('abort', () => {
            killed = true
            resolve({ exitCode: 137 })
          }),
        ),
    })
    const { JobFlowId = '' } = await emr.send(new RunJobFlowCommand(request()))
    await reaches(JobFlowId, 'RUNNING')
    simulator.endCluster(JobFlowId, endings.primaryLost)
    const { Status } = await reaches(JobFlowId, 'TERMINATED_WITH_ERRORS')
    assert.equal(Status?.StateChangeReason?.Code, 'INSTANCE_FAILURE')
    await simulator.ended(JobFlowId)
    assert.ok(killed)
    assert.equal((await steps(JobFlowId))[0]?.Status?.State, stepOfEndedCluster)
  }
})

test('a cluster has the machines that were asked for, as long as it lives', async t => {
  const { emr, reaches } = await simulated(t)
  const { JobFlowId: ClusterId } = await emr.send(new RunJobFlowCommand(waiting()))
  await reaches(ClusterId, 'WAITING')
  const list = async (change = {}) =>
    (await emr.send(new ListInstancesCommand({ ClusterId, ...change }))).Instances ?? []
  const all = await list()
  assert.deepEqual(
    all.map(({ InstanceType, Market, Status }) => [InstanceType, Market, Status?.State]),
    [
      ['m5.xlarge', 'ON_DEMAND', 'RUNNING'],
      ['m6i.2xlarge', 'ON_DEMAND', 'RUNNING'],
      ['g5.xlarge', 'SPOT', 'RUNNING'],
      ['g5.xlarge', 'SPOT', 'RUNNING'],
    ],
  )
  assert.equal(new Set(all.map(({ Ec2InstanceId }) => Ec2InstanceId)).size, 4)
  assert.ok(all.every(({ Status }) => Status?.Timeline?.ReadyDateTime instanceof Date))
  assert.equal((await list({ InstanceFleetType: 'TASK' })).length, 2)
  assert.equal((await list({ InstanceStates: ['TERMINATED'] })).length, 0)
})

test('a cluster tells its bootstrap actions, and a release its instance types', async t => {
  const { emr } = await simulated(t)
  const action = { Name: 'gpu', ScriptBootstrapAction: { Path: 's3://bucket/gpu.sh', Args: ['a', 'b c'] } }
  const { JobFlowId: ClusterId } = await emr.send(
    new RunJobFlowCommand(request({ BootstrapActions: [action] })),
  )
  const { BootstrapActions } = await emr.send(new ListBootstrapActionsCommand({ ClusterId }))
  assert.deepEqual(BootstrapActions, [{ Name: 'gpu', ScriptPath: 's3://bucket/gpu.sh', Args: ['a', 'b c'] }])
  const types = await emr.send(new ListSupportedInstanceTypesCommand({ ReleaseLabel: 'emr-spark-8.0.0' }))
  assert.deepEqual(
    types.SupportedInstanceTypes?.find(({ Type }) => Type === 'g5.2xlarge'),
    {
      Type: 'g5.2xlarge',
      VCPU: 8,
      MemoryGB: 32,
      StorageGB: 0,
      Is64BitsOnly: true,
      InstanceFamilyId: 'g5',
      EbsOptimizedAvailable: true,
      EbsOptimizedByDefault: true,
      NumberOfDisks: 0,
      EbsStorageOnly: true,
      Architecture: 'x86_64',
    },
  )
  await assert.rejects(emr.send(new ListSupportedInstanceTypesCommand({ ReleaseLabel: 'emr-8' })), {
    name: 'InvalidRequestException',
  })
})
