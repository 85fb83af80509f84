import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AddJobFlowStepsCommand,
  CancelStepsCommand,
  DescribeClusterCommand,
  DescribeStepCommand,
  ListClustersCommand,
  ListInstancesCommand,
  ListStepsCommand,
  PutAutoTerminationPolicyCommand,
  RunJobFlowCommand,
  type RunJobFlowCommandInput,
  TerminateJobFlowsCommand,
} from '@aws-sdk/client-emr'
import { request, simulated, step, waiting } from './simulated.ts'

test('a request that EMR would not take starts nothing, and the error names the place', async t => {
  const { emr, simulator } = await simulated(t)
  const { Instances } = request()
  const [primary] = Instances?.InstanceFleets ?? []
  const bad: [change: object, message: RegExp][] = [
    [{ Name: undefined }, /'Name' is missing/],
    [{ Instances: undefined }, /'Instances' is missing/],
    [{ Name: 'a|b' }, /'Name' has \|/],
    [{ Name: 'a'.repeat(257) }, /'Name' has 257 characters/],
    [{ Instances: {} }, /'Instances' has to have either/],
    [{ Instances: { InstanceFleets: [{ ...primary, InstanceFleetType: 'PRIMARY' }] } }, /"PRIMARY".*MASTER/],
    [
      { Steps: [step('a', { ActionOnFailure: 'STOP' as 'CONTINUE' })] },
      /'Steps\[0\]\.ActionOnFailure' is "STOP"/,
    ],
    [{ Steps: [step('a', { HadoopJarStep: { Jar: 'x', Args: ['y'.repeat(10_240)] } })] }, /10241 characters/],
    [{ AutoTerminationPolicy: { IdleTimeout: 59 } }, /'AutoTerminationPolicy\.IdleTimeout' is 59/],
  ]
  for (const [change, message] of bad)
    await assert.rejects(
      emr.send(new RunJobFlowCommand({ ...request(), ...change } as RunJobFlowCommandInput)),
      { name: 'ValidationException', message },
    )
  assert.deepEqual(simulator.clusters(), [])
  // EMR itself lets clusters run for ever.
  await emr.send(new RunJobFlowCommand(request({ AutoTerminationPolicy: undefined })))
})

test('a cluster or a step that there is not is refused by each operation', async t => {
  const { emr } = await simulated(t)
  const ClusterId = 'j-UNKNOWN'
  const invalid = { name: 'InvalidRequestException', message: "Cluster id 'j-UNKNOWN' is not valid." }
  await assert.rejects(emr.send(new DescribeClusterCommand({ ClusterId })), invalid)
  await assert.rejects(emr.send(new ListStepsCommand({ ClusterId })), invalid)
  await assert.rejects(emr.send(new ListInstancesCommand({ ClusterId })), invalid)
  await assert.rejects(emr.send(new DescribeStepCommand({ ClusterId, StepId: 's-1' })), invalid)
  await assert.rejects(emr.send(new CancelStepsCommand({ ClusterId, StepIds: ['s-1'] })), invalid)
  await assert.rejects(emr.send(new PutAutoTerminationPolicyCommand({ ClusterId })), invalid)
  const noJobFlow = { name: 'ValidationException', message: 'Specified job flow ID does not exist.' }
  await assert.rejects(
    emr.send(new AddJobFlowStepsCommand({ JobFlowId: ClusterId, Steps: [step('a')] })),
    noJobFlow,
  )
  await assert.rejects(emr.send(new TerminateJobFlowsCommand({ JobFlowIds: [ClusterId] })), noJobFlow)
  const { JobFlowId } = await emr.send(new RunJobFlowCommand(waiting()))
  await assert.rejects(emr.send(new DescribeStepCommand({ ClusterId: JobFlowId, StepId: 's-1' })), {
    name: 'InvalidRequestException',
    message: "Step id 's-1' is not valid.",
  })
})

test('a cluster has at most 256 steps that have not ended, and several at once only with CONTINUE', async t => {
  const { emr } = await simulated(t, { delays: { starting: 60_000 } })
  const Steps = Array.from({ length: 256 }, (_, index) => step(`s${index}`))
  const { JobFlowId } = await emr.send(new RunJobFlowCommand(waiting({ Steps })))
  await assert.rejects(emr.send(new AddJobFlowStepsCommand({ JobFlowId, Steps: [step('more')] })), {
    name: 'ValidationException',
    message: /^Maximum number of active steps/,
  })
  const concurrent = await emr.send(new RunJobFlowCommand(waiting({ StepConcurrencyLevel: 2 })))
  const add = (change: Parameters<typeof step>[1]) =>
    emr.send(new AddJobFlowStepsCommand({ JobFlowId: concurrent.JobFlowId, Steps: [step('s', change)] }))
  await assert.rejects(add({ ActionOnFailure: 'TERMINATE_CLUSTER' }), { name: 'ValidationException' })
  await add({ ActionOnFailure: 'CONTINUE' })
})

test('values that an enumeration does not have, and calls that nobody signed, are refused', async t => {
  const { emr, simulator } = await simulated(t)
  await assert.rejects(emr.send(new ListClustersCommand({ ClusterStates: ['DONE' as 'RUNNING'] })), {
    name: 'ValidationException',
    message: /"DONE".*TERMINATED_WITH_ERRORS/,
  })
  const call = (headers: Record<string, string>) =>
    fetch(simulator.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'ElasticMapReduce.ListClusters', ...headers },
      body: '{}',
    })
  const unsigned = await call({})
  assert.deepEqual(
    [unsigned.status, ((await unsigned.json()) as { __type: string }).__type],
    [403, 'MissingAuthenticationTokenException'],
  )
  const authorization = 'AWS4-HMAC-SHA256 Credential=test/20261125/eu-central-1/s3/aws4_request, ...'
  assert.equal((await call({ authorization })).status, 403)
})
