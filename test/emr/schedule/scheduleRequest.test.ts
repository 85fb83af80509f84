import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { RunJobFlowCommandInput } from '@aws-sdk/client-emr'
import fc from 'fast-check'
import { compileJob } from '../../../emr/compile/compileJob.ts'
import type { ScheduleOptions } from '../../../emr/schedule/ScheduleOptions.ts'
import { scheduleRequest } from '../../../emr/schedule/scheduleRequest.ts'
import { checkRequest } from '../../../emr/validate/checkRequest.ts'
import { loadJob } from '../../../jobs/define/loadJob.ts'
import { parseJobParameters } from '../../../jobs/define/parseJobParameters.ts'
import { compileSettings, hub } from '../sampleJobs.ts'

const marker = '{time}'
const attribute = '<aws.scheduler.scheduled-time>'

const small: RunJobFlowCommandInput = {
  Name: `imagehub nightly ${marker}`,
  Instances: { KeepJobFlowAliveWhenNoSteps: false },
  Tags: [{ Key: 'imagehub:run', Value: marker }],
}

const options: ScheduleOptions = {
  name: 'imagehub-nightly',
  runJobFlow: small,
  marker,
  expression: 'cron(0 3 * * ? *)',
  timezone: 'Europe/Berlin',
  roleArn: 'arn:aws:iam::123456789012:role/imagehub/scheduler',
  enabled: true,
}

test('a compiled job becomes the request that its golden file holds (UPDATE_FIXTURES=1 writes it)', async () => {
  const job = await loadJob('nightly')
  const { request } = compileJob({
    ...compileSettings,
    runId: marker,
    job,
    params: parseJobParameters(job, { hub }),
  })
  assert.ok('RunJobFlow' in request)
  const scheduled = scheduleRequest({
    ...options,
    groupName: 'imagehub',
    runJobFlow: request.RunJobFlow,
    deadLetterArn: 'arn:aws:sqs:eu-central-1:123456789012:imagehub-starts',
    retries: 2,
    maximumAgeSeconds: 7200,
    flexibleMinutes: 15,
    start: new Date('2026-12-01T00:00:00Z'),
    end: new Date('2027-12-01T00:00:00Z'),
  })
  const golden = join(import.meta.dirname, '../../fixtures/emr/nightly-schedule.json')
  const written = `${JSON.stringify(scheduled, null, 1)}\n`
  if (process.env.UPDATE_FIXTURES === '1' || !existsSync(golden)) writeFileSync(golden, written)
  assert.equal(written, readFileSync(golden, 'utf8'), `${golden}: UPDATE_FIXTURES=1 writes it anew`)

  // What EMR gets is what Scheduler makes of it.
  const time = '2026-12-01T02:00:00Z'
  const sent = scheduled.Target.Input.replaceAll(attribute, time)
  const RunJobFlow = JSON.parse(sent) as RunJobFlowCommandInput
  checkRequest({ RunJobFlow })
  assert.equal(RunJobFlow.Name, `imagehub nightly ${time}`)
  assert.equal(RunJobFlow.Tags?.find(({ Key }) => Key === 'imagehub:run')?.Value, time)
})

test('what is not asked for is left out, except retries: Scheduler would try 185 times in a day', () => {
  assert.deepEqual(scheduleRequest(options), {
    Name: 'imagehub-nightly',
    ScheduleExpression: 'cron(0 3 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    State: 'ENABLED',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: 'arn:aws:scheduler:::aws-sdk:emr:runJobFlow',
      RoleArn: options.roleArn,
      Input: JSON.stringify(small).replaceAll(marker, attribute),
      RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 3600 },
    },
  })
  assert.equal(scheduleRequest({ ...options, enabled: false }).State, 'DISABLED')
})

test('the same options give the same request, others another one', () => {
  const text = (change: Partial<ScheduleOptions> = {}) =>
    JSON.stringify(scheduleRequest({ ...options, ...change }))
  assert.equal(text(), text({ runJobFlow: structuredClone(small) }))
  assert.equal(
    text(),
    text({ marker: '@', runJobFlow: JSON.parse(JSON.stringify(small).replaceAll(marker, '@')) }),
  )
  const changes: Partial<ScheduleOptions>[] = [
    { name: 'other' },
    { expression: 'cron(0 4 * * ? *)' },
    { timezone: 'UTC' },
    { enabled: false },
    { retries: 0 },
    { start: new Date(0) },
    { runJobFlow: { ...small, LogUri: 's3://bucket/logs/' } },
  ]
  assert.equal(new Set([text(), ...changes.map(text)]).size, changes.length + 1)
})

test('other clouds of AWS have other names', () => {
  for (const partition of ['aws-cn', 'aws-us-gov'] as const) {
    const roleArn = options.roleArn.replace('arn:aws:', `arn:${partition}:`)
    const { Target } = scheduleRequest({ ...options, partition, roleArn })
    assert.equal(Target.Arn, `arn:${partition}:scheduler:::aws-sdk:emr:runJobFlow`)
  }
})

test('whatever the strings of a request hold, it arrives with the time in place of each marker', () => {
  const time = '2026-12-01T02:00:00Z'
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' })),
      fc.string({ unit: 'grapheme', minLength: 1 }),
      (parts, marker) => {
        const text = [...parts, 'x', 'y'].join(marker)
        fc.pre(!text.includes(attribute))
        const runJobFlow = { Name: text, Instances: {}, Tags: [{ Key: 'k', Value: text }] }
        const { Input } = scheduleRequest({ ...options, runJobFlow, marker }).Target
        const whole = text.replaceAll(marker, () => time)
        assert.deepEqual(JSON.parse(Input.replaceAll(attribute, time)), {
          Name: whole,
          Instances: {},
          Tags: [{ Key: 'k'.replaceAll(marker, time), Value: whole }],
        })
      },
    ),
  )
})

test('what Scheduler would refuse, or do otherwise than asked, is refused with the option and what is allowed', () => {
  const standard = 'arn:aws:sqs:eu-central-1:123456789012:queue'
  const bad: [change: Partial<ScheduleOptions>, code: string, message: RegExp, hint: RegExp][] = [
    [{ name: '' }, 'bad_schedule_request', /^name /, /1 to 64/],
    [{ name: 'a'.repeat(65) }, 'bad_schedule_request', /^name /, /1 to 64/],
    [{ name: 'nightly run' }, 'bad_schedule_request', /"nightly run"/, /letters/],
    [{ groupName: 'a/b' }, 'bad_schedule_request', /^groupName .*"a\/b"/, /letters/],
    [{ roleArn: 'scheduler' }, 'bad_schedule_request', /^roleArn .*"scheduler"/, /arn:/],
    [{ partition: 'aws-cn' }, 'bad_schedule_request', /^roleArn .*arn:aws:iam/, /aws-cn/],
    [{ deadLetterArn: `${standard}.fifo` }, 'bad_schedule_request', /^deadLetterArn /, /standard/],
    [
      { deadLetterArn: standard.replace('aws', 'aws-cn') },
      'bad_schedule_request',
      /^deadLetterArn /,
      /of the partition aws/,
    ],
    [{ retries: 3 }, 'bad_schedule_request', /^retries .* 3$/, /0 to 2/],
    [{ retries: 0.5 }, 'bad_schedule_request', /^retries .* 0.5$/, /whole/],
    [{ maximumAgeSeconds: 59 }, 'bad_schedule_request', /^maximumAgeSeconds .* 59$/, /60 to 86400/],
    [{ flexibleMinutes: 0 }, 'bad_schedule_request', /^flexibleMinutes .* 0$/, /1 to 1440/],
    [{ flexibleMinutes: 1441 }, 'bad_schedule_request', /^flexibleMinutes .* 1441$/, /1 to 1440/],
    [{ marker: '' }, 'bad_schedule_request', /marker .* is empty/, /./],
    [{ marker: '{hour}' }, 'bad_schedule_request', /"\{hour\}"/, /Name/],
    [
      { runJobFlow: { ...small, LogUri: 'é'.repeat(131_072) } },
      'bad_schedule_request',
      /26\d{4} bytes/,
      /262144/,
    ],
    [{ timezone: 'Mars/Olympus' }, 'bad_timezone', /"Mars\/Olympus"/, /IANA/],
    [{ timezone: `Europe/${'x'.repeat(50)}` }, 'bad_timezone', /Europe/, /IANA/],
    [{ expression: 'cron(0 3 * * * *)' }, 'bad_schedule', /neither/, /\?/],
    [{ expression: `cron(0 3 ${'1,'.repeat(120)}1 * ? *)` }, 'bad_schedule', /25\d characters/, /256/],
    [{ expression: 'cron(0 3 30 2 ? *)' }, 'schedule_never_fires', /30 2/, /./],
    [{ start: new Date(Number.NaN) }, 'bad_schedule_request', /^start /, /date/],
    [
      { expression: 'at(2026-12-24T18:00:00)', end: new Date('2027-01-01') },
      'bad_schedule_request',
      /^end .*2027/,
      /ignores/,
    ],
    [
      { start: new Date('2026-12-01T03:00Z'), end: new Date('2026-12-01T09:00Z') },
      'schedule_never_fires',
      /2026-12-02T02:00.*after the end 2026-12-01T09:00/,
      /later/,
    ],
    [
      { expression: 'cron(0 3 * * ? 2026)', start: new Date('2027-01-01T03:00Z') },
      'schedule_never_fires',
      /2026/,
      /year/,
    ],
  ]
  for (const [change, code, message, hint] of bad) {
    const what = Object.keys(change).join()
    assert.throws(
      () => scheduleRequest({ ...options, ...change }),
      { code, message, hint, fault: 'user' },
      what,
    )
  }
})

test('each limit itself is within', () => {
  const bytes = (length: number) =>
    scheduleRequest({ ...options, runJobFlow: { ...small, LogUri: 'x'.repeat(length) } })
  const rest = Buffer.byteLength(bytes(1).Target.Input) - 1
  assert.doesNotThrow(() => bytes(262_144 - rest))
  assert.throws(() => bytes(262_145 - rest), { code: 'bad_schedule_request' })
  const changes: Partial<ScheduleOptions>[] = [
    { name: 'a'.repeat(64) },
    { retries: 0, maximumAgeSeconds: 60, flexibleMinutes: 1 },
    { retries: 2, maximumAgeSeconds: 86_400, flexibleMinutes: 1440 },
  ]
  for (const change of changes) assert.doesNotThrow(() => scheduleRequest({ ...options, ...change }))
})
