import assert from 'node:assert/strict'
import test from 'node:test'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import type { CreateScheduleInput } from '../../../emr/schedule/CreateScheduleInput.ts'
import { deployedSchedule, deploySchedule, removeSchedule } from '../../../emr/schedule/deploySchedule.ts'
import { startEmrSimulator } from '../../emr-simulator/startEmrSimulator.ts'

const request: CreateScheduleInput = {
  Name: 'imagehub-nightly',
  ScheduleExpression: 'cron(0 3 * * ? *)',
  ScheduleExpressionTimezone: 'Europe/Berlin',
  State: 'ENABLED',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: 'arn:aws:scheduler:::aws-sdk:emr:runJobFlow',
    RoleArn: 'arn:aws:iam::123456789012:role/imagehub-nightly-schedule',
    Input: '{"Name":"imagehub nightly <aws.scheduler.scheduled-time>"}',
    RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 3600 },
  },
}

test('a schedule is created, read back as it was sent, changed under its name, and removed', async t => {
  const simulator = await startEmrSimulator({})
  t.after(() => simulator[Symbol.asyncDispose]())
  const { region, url: endpoint } = simulator
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const client = new SchedulerClient({ region, endpoint, credentials })
  t.after(() => client.destroy())
  const name = { name: request.Name, region }
  assert.equal(await deployedSchedule(client, name), null)
  assert.equal(await deploySchedule(client, { request, region }), 'created')
  assert.deepEqual(await deployedSchedule(client, name), { ...request, GroupName: 'default' })

  const changed = { ...request, State: 'DISABLED' } as const
  assert.equal(await deploySchedule(client, { request: changed, region }), 'changed')
  assert.equal((await deployedSchedule(client, name))?.State, 'DISABLED')
  assert.equal(simulator.schedules().length, 1)

  const elsewhere = { request: { ...request, GroupName: 'nowhere' }, region }
  await assert.rejects(deploySchedule(client, elsewhere), {
    code: 'emr_refused',
    message: /cannot create the schedule imagehub-nightly: EventBridge Scheduler refused it .*nowhere/,
  })
  assert.deepEqual([await removeSchedule(client, name), await removeSchedule(client, name)], [true, false])
})
