import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunJobFlowCommandInput } from '@aws-sdk/client-emr'
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { compileJob } from '../../emr/compile/compileJob.ts'
import { scheduleRequest } from '../../emr/schedule/scheduleRequest.ts'
import { loadJob } from '../../jobs/define/loadJob.ts'
import { parseJobParameters } from '../../jobs/define/parseJobParameters.ts'
import { compileSettings, hub } from '../emr/sampleJobs.ts'
import type { Fault } from './faults.ts'
import { refusals } from './ServiceError.ts'
import { request, simulated } from './simulated.ts'

const night = new Date('2026-12-01T02:00:00Z')
const queue = 'arn:aws:sqs:eu-central-1:123456789012:starts'

function schedule(
  change: Partial<CreateScheduleCommandInput> = {},
  runJobFlow: RunJobFlowCommandInput = request({ Name: 'imagehub nightly <aws.scheduler.scheduled-time>' }),
): CreateScheduleCommandInput {
  return {
    Name: 'nightly',
    ScheduleExpression: 'cron(0 3 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: 'arn:aws:scheduler:::aws-sdk:emr:runJobFlow',
      RoleArn: 'arn:aws:iam::123456789012:role/scheduler',
      Input: JSON.stringify(runJobFlow),
      RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 3600 },
      DeadLetterConfig: { Arn: queue },
    },
    ...change,
  }
}

test('a schedule is kept as it was given until it is replaced or removed', async t => {
  const { scheduler } = await simulated(t, { scheduleGroups: ['imagehub'] })
  const named = { Name: 'nightly', GroupName: 'imagehub' }
  const given = schedule({ ...named, StartDate: new Date('2026-12-01'), State: 'DISABLED' })
  const { ScheduleArn } = await scheduler.send(new CreateScheduleCommand(given))
  assert.equal(ScheduleArn, 'arn:aws:scheduler:eu-central-1:123456789012:schedule/imagehub/nightly')
  const get = async () => {
    const { $metadata, CreationDate, LastModificationDate, ...told } = await scheduler.send(
      new GetScheduleCommand(named),
    )
    assert.ok(CreationDate && LastModificationDate && CreationDate <= LastModificationDate)
    return told
  }
  assert.deepEqual(await get(), { ...given, Arn: ScheduleArn, ActionAfterCompletion: 'NONE' })
  await assert.rejects(scheduler.send(new CreateScheduleCommand(given)), {
    name: 'ConflictException',
    message: 'Schedule nightly already exists.',
  })
  await scheduler.send(new UpdateScheduleCommand(schedule(named)))
  const changed = await get()
  assert.deepEqual([changed.State, changed.StartDate], ['ENABLED', undefined], 'nothing is taken over')
  await scheduler.send(new DeleteScheduleCommand(named))
  const missing = { name: 'ResourceNotFoundException', message: 'Schedule nightly does not exist.' }
  await assert.rejects(get(), missing)
  await assert.rejects(scheduler.send(new DeleteScheduleCommand(named)), missing)
  await assert.rejects(scheduler.send(new UpdateScheduleCommand(schedule(named))), missing)
  await assert.rejects(scheduler.send(new CreateScheduleCommand(schedule({ GroupName: 'other' }))), {
    name: 'ResourceNotFoundException',
    message: 'Schedule group other does not exist.',
  })
})

test('schedules are listed by their names and states, in pages', async t => {
  const { scheduler } = await simulated(t)
  for (const Name of ['b1', 'a2', 'a1'])
    await scheduler.send(
      new CreateScheduleCommand(schedule({ Name, State: Name === 'a2' ? 'DISABLED' : 'ENABLED' })),
    )
  const list = async (input: ConstructorParameters<typeof ListSchedulesCommand>[0]) => {
    const { Schedules, NextToken } = await scheduler.send(new ListSchedulesCommand(input ?? {}))
    return { names: Schedules?.map(({ Name }) => Name), NextToken }
  }
  assert.deepEqual((await list({})).names, ['a1', 'a2', 'b1'])
  assert.deepEqual((await list({ NamePrefix: 'a', State: 'ENABLED' })).names, ['a1'])
  const first = await list({ MaxResults: 2 })
  assert.deepEqual(first.names, ['a1', 'a2'])
  assert.deepEqual(await list({ MaxResults: 2, NextToken: first.NextToken }), {
    names: ['b1'],
    NextToken: undefined,
  })
})

test('a create whose answer was lost is the same create when it is sent again', async t => {
  const { scheduler, simulator } = await simulated(t, {
    faults: (operation, number) => (operation === 'CreateSchedule' && number === 1 ? 'lost_answer' : 'none'),
  })
  const create = () => scheduler.send(new CreateScheduleCommand(schedule({ ClientToken: 'once' })))
  await assert.rejects(create())
  assert.equal(simulator.schedules().length, 1)
  await create()
  await assert.rejects(scheduler.send(new CreateScheduleCommand(schedule({ ClientToken: 'twice' }))), {
    name: 'ConflictException',
  })
})

test('a schedule that Scheduler would not take is refused', async t => {
  const { scheduler, simulator } = await simulated(t)
  const { Target } = schedule()
  const target = (change: object) =>
    ({ Target: { ...Target, ...change } }) as Partial<CreateScheduleCommandInput>
  const bad: Partial<CreateScheduleCommandInput>[] = [
    { Name: 'a b' },
    { ScheduleExpression: 'cron(0 3 * * * *)' },
    { ScheduleExpressionTimezone: 'Mars/Olympus' },
    { State: 'ON' as 'ENABLED' },
    { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } },
    target({ Input: '{"Name":' }),
    target({ RoleArn: 'scheduler' }),
    target({ RetryPolicy: { MaximumRetryAttempts: 186 } }),
    target({ RetryPolicy: { MaximumEventAgeInSeconds: 59 } }),
  ]
  for (const change of bad)
    await assert.rejects(
      scheduler.send(new CreateScheduleCommand(schedule(change))),
      { name: 'ValidationException' },
      JSON.stringify(change),
    )
  assert.deepEqual(simulator.schedules(), [])
})

test('at its time a schedule starts the cluster that a job was compiled to, as often as Scheduler delivers', async t => {
  const { scheduler, simulator, reaches } = await simulated(t)
  const job = await loadJob('nightly')
  const compiled = compileJob({
    ...compileSettings,
    runId: '{time}',
    job,
    params: parseJobParameters(job, { hub }),
  })
  assert.ok('RunJobFlow' in compiled.request)
  const options = {
    name: 'nightly',
    runJobFlow: compiled.request.RunJobFlow,
    marker: '{time}',
    expression: 'cron(0 3 * * ? *)',
    timezone: 'Europe/Berlin',
    roleArn: 'arn:aws:iam::123456789012:role/scheduler',
    enabled: true,
  }
  await scheduler.send(new CreateScheduleCommand(scheduleRequest(options)))
  const deliveries = await simulator.deliver('nightly', night, { times: 2 })
  const ids = deliveries.map(({ attempts }) => attempts.map(({ clusterId }) => clusterId))
  const clusters = simulator.clusters()
  assert.deepEqual(
    ids.flat(),
    clusters.map(({ id }) => id),
  )
  assert.equal(clusters.length, 2)
  for (const { id, request } of clusters) {
    assert.equal(request.Name, 'imagehub nightly 2026-12-01T02:00:00Z')
    assert.equal(request.Steps?.[0]?.HadoopJarStep?.Args?.at(-1), '2026-12-01T02:00:00Z')
    await reaches(id, 'TERMINATED')
  }
  await scheduler.send(new UpdateScheduleCommand(scheduleRequest({ ...options, enabled: false })))
  assert.deepEqual(await simulator.deliver('nightly', night), [])
  assert.equal(simulator.clusters().length, 2)
})

test('a start is tried again as often as the schedule says, and then goes to the dead letters', async t => {
  const faults: Fault[] = ['throttle', 'none', 'lost_answer', 'none', 'internal_error', 'throttle']
  const { scheduler, simulator } = await simulated(t, {
    faults: (operation, number) =>
      operation === 'Scheduler.RunJobFlow' ? (faults[number - 1] ?? 'none') : 'none',
  })
  await scheduler.send(new CreateScheduleCommand(schedule()))
  const deliver = async () => {
    const [delivery] = await simulator.deliver('nightly', night)
    return [delivery?.attempts.map(({ error }) => error?.split(':')[0] ?? null), simulator.clusters().length]
  }
  assert.deepEqual(await deliver(), [['ThrottlingException', null], 1])
  assert.deepEqual(await deliver(), [['ConnectionError', null], 3], 'the one that was not told of runs, too')
  assert.deepEqual(simulator.deadLetters(), [])
  assert.deepEqual(await deliver(), [['InternalServerException', 'ThrottlingException'], 3])
  const [letter] = simulator.deadLetters()
  assert.equal(letter?.queueArn, queue)
  assert.equal(JSON.parse(letter?.body ?? '').Name, 'imagehub nightly 2026-12-01T02:00:00Z')
  const { ERROR_CODE, RETRY_ATTEMPTS, EXHAUSTED_RETRY_CONDITION } = letter?.attributes ?? {}
  assert.deepEqual(
    [ERROR_CODE, RETRY_ATTEMPTS, EXHAUSTED_RETRY_CONDITION],
    ['ThrottlingException', '1', 'MaximumRetryAttempts'],
  )
})

test('a start that EMR refuses is not tried again', async t => {
  const { scheduler, simulator } = await simulated(t, {
    refuse: operation =>
      operation === 'Scheduler.RunJobFlow' ? refusals.unknownInstanceProfile('profile') : undefined,
  })
  await scheduler.send(new CreateScheduleCommand(schedule()))
  const [delivery] = await simulator.deliver('nightly', night)
  assert.deepEqual(delivery?.attempts, [
    { clusterId: null, error: 'ValidationException: Invalid InstanceProfile: profile.' },
  ])
  assert.equal(delivery?.deadLetter?.attributes.RETRY_ATTEMPTS, '0')
  assert.deepEqual(simulator.clusters(), [])
})

test('members of an input that EMR does not have, as with other capitals, are refused', async t => {
  const { scheduler, simulator } = await simulated(t)
  const { Name, ...rest } = request()
  const runJobFlow = { name: Name, ...rest } as unknown as RunJobFlowCommandInput
  await scheduler.send(new CreateScheduleCommand(schedule({}, runJobFlow)))
  const [delivery] = await simulator.deliver('nightly', night)
  assert.match(delivery?.attempts[0]?.error ?? '', /^ValidationException: .*'Name' is missing/)
})

test('a schedule starts nothing outside its dates, and one for a single time goes when it has come', async t => {
  const { scheduler, simulator } = await simulated(t)
  const EndDate = new Date(night.getTime() - 1)
  await scheduler.send(new CreateScheduleCommand(schedule({ EndDate })))
  assert.deepEqual(await simulator.deliver('nightly', night), [])
  const once = schedule({
    Name: 'once',
    ScheduleExpression: 'at(2026-12-01T03:00:00)',
    ActionAfterCompletion: 'DELETE',
  })
  await scheduler.send(new CreateScheduleCommand(once))
  assert.equal((await simulator.deliver('once', night)).length, 1)
  assert.deepEqual(
    simulator.schedules().map(({ name }) => name),
    ['nightly'],
  )
})
