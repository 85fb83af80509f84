import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AddJobFlowStepsCommand,
  CancelStepsCommand,
  RunJobFlowCommand,
  type StepCancellationOption,
  TerminateJobFlowsCommand,
} from '@aws-sdk/client-emr'
import { until } from '../support/processes.ts'
import type { RunStep } from './RunStep.ts'
import { request, simulated, step, waiting } from './simulated.ts'

/** Runs until it is interrupted, or killed. */
const patient: RunStep = async (_, { interrupted, killed }) =>
  await new Promise(resolve => {
    interrupted.addEventListener('abort', () => resolve({ exitCode: 143 }))
    killed.addEventListener('abort', () => resolve({ exitCode: 137 }))
  })

/** Runs until it is killed. */
const deaf: RunStep = async (_, { killed }) =>
  await new Promise(resolve => killed.addEventListener('abort', () => resolve({ exitCode: 137 })))

const cancel = (ClusterId: string | undefined, StepIds: string[], how?: StepCancellationOption) =>
  new CancelStepsCommand({ ClusterId, StepIds, ...(how && { StepCancellationOption: how }) })

test('a step is cancelled after a while, one that waits and one that runs, and does not end its cluster', async t => {
  const { emr, reaches, steps } = await simulated(t, { runStep: patient })
  const Steps = [step('runs', { ActionOnFailure: 'TERMINATE_CLUSTER' }), step('waits')]
  const { JobFlowId } = await emr.send(new RunJobFlowCommand(waiting({ Steps })))
  await reaches(JobFlowId, 'RUNNING')
  const [waits, runs] = (await steps(JobFlowId)).map(({ Id = '' }) => Id)
  assert.ok(waits && runs)
  const { CancelStepsInfoList } = await emr.send(cancel(JobFlowId, [waits, runs]))
  assert.deepEqual(CancelStepsInfoList, [
    { StepId: waits, Status: 'SUBMITTED' },
    { StepId: runs, Status: 'SUBMITTED' },
  ])
  await reaches(JobFlowId, 'WAITING')
  const states = (await steps(JobFlowId)).map(({ Status }) => [
    Status?.State,
    Status?.Timeline?.StartDateTime !== undefined,
  ])
  assert.deepEqual(states, [
    ['CANCELLED', false],
    ['CANCELLED', true],
  ])
  const again = await emr.send(cancel(JobFlowId, [runs, 's-UNKNOWN']))
  assert.deepEqual(
    again.CancelStepsInfoList?.map(({ Status }) => Status),
    ['FAILED', 'FAILED'],
  )
})

test('a step that does not stop when it is interrupted does when its process is killed', async t => {
  const { emr, reaches, steps, simulator } = await simulated(t, { runStep: deaf })
  const { JobFlowId } = await emr.send(new RunJobFlowCommand(waiting({ Steps: [step('deaf')] })))
  await reaches(JobFlowId, 'RUNNING')
  const [deafStep] = await steps(JobFlowId)
  const id = deafStep?.Id ?? ''
  await emr.send(cancel(JobFlowId, [id]))
  await new Promise(resolve => setTimeout(resolve, 100))
  assert.equal((await steps(JobFlowId))[0]?.Status?.State, 'CANCEL_PENDING')
  await emr.send(cancel(JobFlowId, [id], 'TERMINATE_PROCESS'))
  await reaches(JobFlowId, 'WAITING')
  assert.equal((await steps(JobFlowId))[0]?.Status?.State, 'CANCELLED')
  assert.deepEqual(
    simulator.clusters()[0]?.steps[0]?.history.map(({ state }) => state),
    ['PENDING', 'RUNNING', 'CANCEL_PENDING', 'CANCELLED'],
  )
})

test('a cluster that is terminated ends its steps and takes no more', async t => {
  const { emr, reaches, steps } = await simulated(t, { runStep: deaf, delays: { terminating: 300 } })
  const Steps = [step('runs'), step('waits')]
  const { JobFlowId = '' } = await emr.send(new RunJobFlowCommand(waiting({ Steps })))
  await reaches(JobFlowId, 'RUNNING')
  await emr.send(new TerminateJobFlowsCommand({ JobFlowIds: [JobFlowId] }))
  const refused = {
    name: 'ValidationException',
    message: 'A job flow that is shutting down, terminating, or finished may not be modified.',
  }
  const add = () => emr.send(new AddJobFlowStepsCommand({ JobFlowId, Steps: [step('late')] }))
  await reaches(JobFlowId, 'TERMINATING')
  await assert.rejects(add(), refused)
  const { Status } = await reaches(JobFlowId, 'TERMINATED')
  assert.deepEqual(Status?.StateChangeReason, {
    Code: 'USER_REQUEST',
    Message: 'Terminated by user request',
  })
  await assert.rejects(add(), refused)
  assert.deepEqual(
    (await steps(JobFlowId)).map(({ Status }) => Status?.State),
    ['CANCELLED', 'CANCELLED'],
  )
  // Asking twice is no error.
  await emr.send(new TerminateJobFlowsCommand({ JobFlowIds: [JobFlowId] }))
})

test('a cluster that is protected is not terminated', async t => {
  const { emr, reaches } = await simulated(t)
  const { Instances } = waiting()
  const { JobFlowId = '' } = await emr.send(
    new RunJobFlowCommand(waiting({ Instances: { ...Instances, TerminationProtected: true } })),
  )
  await assert.rejects(emr.send(new TerminateJobFlowsCommand({ JobFlowIds: [JobFlowId] })), {
    name: 'ValidationException',
    message: /termination protected/,
  })
  await reaches(JobFlowId, 'WAITING')
})

test('the end of the simulator kills what runs', async t => {
  let killed = false
  const { emr, simulator, reaches } = await simulated(t, {
    runStep: async (config, context) => {
      const outcome = await deaf(config, context)
      killed = true
      return outcome
    },
  })
  const { JobFlowId } = await emr.send(new RunJobFlowCommand(request()))
  await reaches(JobFlowId, 'RUNNING')
  await until('it runs', () => simulator.clusters()[0]?.steps[0]?.state === 'RUNNING')
  await simulator[Symbol.asyncDispose]()
  assert.ok(killed)
})
