import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cluster, Step } from '@aws-sdk/client-emr'
import { HubError } from '../../../base/HubError.ts'
import { type DiagnoseOptions, diagnose } from '../../../emr/diagnose/diagnose.ts'
import { diagnosisText } from '../../../emr/diagnose/diagnosisText.ts'
import type { Log, Logs } from '../../../emr/diagnose/Log.ts'
import { readLogs } from '../../../emr/diagnose/readLogs.ts'
import type { ToldCluster, ToldStep } from '../../../emr/diagnose/Told.ts'
import { openStorage } from '../../../storage/openStorage.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { clusterId, diagnoseFiles, readFixture } from './fixtureLogs.ts'

const ended = new Date('2026-11-24T03:14:22Z')
const later = (minutes: number) => new Date(ended.getTime() + minutes * 60_000)
const cluster: ToldCluster = { Id: clusterId, LogUri: 's3n://logs/emr/', Status: { State: 'WAITING' } }
const step: ToldStep = {
  Id: 's-1',
  Status: { State: 'FAILED', FailureDetails: { Reason: 'Unknown Error.' }, Timeline: { EndDateTime: ended } },
}

/** Logs that note what of them is asked for. */
function noted(files: Readonly<Record<string, string>> = {}) {
  const asked: string[] = []
  async function* of(place: Log['place'], name: string): AsyncGenerator<Log> {
    asked.push(name)
    async function* bytes() {
      yield Buffer.from(files[name] ?? '')
    }
    if (files[name] !== undefined)
      yield { place, file: name, parts: [{ file: name, open: async () => bytes() }] }
  }
  const logs: Logs = {
    ofStep: id => of('step', id),
    ofApplication: id => of('container', id),
    ofBootstrap: () => of('bootstrap', 'bootstrap'),
    ofNodes: () => of('node', 'nodes'),
  }
  return { asked, logs }
}

test('what the SDK answers is what a diagnosis takes', () => {
  const ofSdk = (one: Cluster, steps: Step[]): DiagnoseOptions => ({ cluster: one, steps, logs: undefined })
  assert.equal(typeof ofSdk, 'function')
})

test('logs are read no further than the cause', async () => {
  const killed =
    'WARN YarnAllocator: Container killed by YARN for exceeding physical memory limits. 5.6 GB of 5.5 GB physical memory used.'
  const lost =
    'ExecutorLostFailure (executor 2 exited caused by one of the running tasks) Reason: Remote RPC client disassociated'
  const quota = 'You have requested more vCPU capacity than your current vCPU limit of 32 allows'
  const failed: ToldCluster = {
    ...cluster,
    Status: {
      State: 'TERMINATED_WITH_ERRORS',
      StateChangeReason: { Code: 'VALIDATION_ERROR', Message: quota },
    },
  }
  const nothing = noted({ 's-1': killed })
  assert.equal((await diagnose({ cluster: failed, steps: [step], logs: nothing.logs })).cause, 'vcpu_quota')
  assert.deepEqual(nothing.asked, [])

  const inStep = noted({ 's-1': `INFO Client: Submitted application application_1_0001\n${killed}` })
  assert.equal((await diagnose({ cluster, steps: [step], logs: inStep.logs })).cause, 'yarn_memory')
  assert.deepEqual(inStep.asked, ['s-1'])

  const inContainer = noted({
    's-1': `INFO Client: Submitted application application_1_0001\n${lost}`,
    application_1_0001: killed,
  })
  const found = await diagnose({ cluster, steps: [step], logs: inContainer.logs })
  assert.deepEqual(
    [found.cause, found.others.map(({ cause }) => cause)],
    ['yarn_memory', ['executor_lost', 'step_failed']],
  )
  assert.deepEqual(inContainer.asked, ['s-1', 'application_1_0001'])

  const known = noted({ application_7_0002: killed })
  await diagnose({ cluster, steps: [{ ...step, applicationIds: ['application_7_0002'] }], logs: known.logs })
  assert.deepEqual(known.asked, ['s-1', 'application_7_0002'])
})

test('bootstrap logs are read only where the cluster failed in bootstrapping', async () => {
  const message = 'On the master instance (i-0a1b), bootstrap action 2 returned a non-zero return code'
  const failed: ToldCluster = {
    ...cluster,
    Status: {
      State: 'TERMINATED_WITH_ERRORS',
      StateChangeReason: { Code: 'BOOTSTRAP_FAILURE', Message: message },
    },
  }
  const { asked, logs } = noted({
    bootstrap: 'fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden',
  })
  const found = await diagnose({ cluster: failed, steps: [], logs })
  assert.deepEqual([found.cause, found.others[0]?.cause], ['s3_denied', 'bootstrap_failed'])
  assert.deepEqual(asked, ['bootstrap'])
})

test('steps that did not fail are no matter', async () => {
  const { asked, logs } = noted({ 's-1': 'No space left on device' })
  const found = await diagnose({ cluster, steps: [{ Id: 's-1', Status: { State: 'COMPLETED' } }], logs })
  assert.equal(found.cause, 'none')
  assert.equal(diagnosisText(found), 'Nothing failed.\n')
  assert.deepEqual(asked, [])
})

test('it says which logs are missing, and whether they may still come', async t => {
  const folder = await temporaryFolder(t)
  const ask = async (options: Partial<DiagnoseOptions>) =>
    (
      await diagnose({
        cluster,
        steps: [step],
        logs: readLogs({ storage: openStorage(folder), clusterId }),
        ...options,
      })
    ).logsMissing
  assert.deepEqual(await ask({ now: later(2) }), [
    'The logs of step s-1 are not below s3n://logs/emr/ yet: EMR copies them every 5 minutes. Ask again.',
  ])
  assert.match(
    (await ask({ now: later(45) }))[0] ?? '',
    /45 minutes after the end: may the role of instanceProfile/,
  )
  assert.match(
    (await ask({ cluster: { ...cluster, LogUri: undefined }, logs: undefined }))[0] ?? '',
    /the cluster has no logUri/,
  )
  const error = new HubError({
    code: 'access_denied',
    message: 'cannot list s3://logs/emr: access denied: AccessDenied (403)',
  })
  const denied = () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) })
  assert.deepEqual(await ask({ logs: { ...noted().logs, ofStep: denied } }), [
    'The logs of step s-1 cannot be read: cannot list s3://logs/emr: access denied: AccessDenied (403).',
  ])
})

test('of an unknown cause it shows the first errors: the innermost of each stack, five at most', async t => {
  const lines = [
    '26/11/24 03:13:02 ERROR Tide: cannot go on',
    'com.example.Wrapped: outer',
    '\tat com.example.A.b(A.java:1)',
    'Caused by: com.example.Middle: middle',
    '\t... 12 more',
    'Caused by: com.example.TideException: the tide is out',
    '\tat com.example.Tide.check(Tide.java:7)',
    ...Array.from({ length: 9 }, (_, index) => `26/11/24 03:13:0${index} ERROR Tide: error ${index}`),
  ]
  const found = await diagnoseFiles(
    await temporaryFolder(t),
    { cluster, steps: [{ Id: 's-1', Status: { State: 'FAILED' } }] },
    new Map([['steps/s-1/stderr', Buffer.from(lines.join('\n'))]]),
  )
  assert.equal(found.cause, 'unknown')
  assert.deepEqual(
    found.firstErrors.map(({ line, text }) => `${line} ${text.slice(-22)}`),
    [
      '6 tion: the tide is out',
      '8 0 ERROR Tide: error 0',
      '9 1 ERROR Tide: error 1',
      '10 2 ERROR Tide: error 2',
      '11 3 ERROR Tide: error 3',
    ].map((text, index) => `${text.split(' ')[0]} ${lines[[5, 7, 8, 9, 10][index] ?? 0]?.slice(-22)}`),
  )
  assert.match(found.firstErrors[0]?.file ?? '', /steps\/s-1\/stderr$/)
})

test('the text says what failed, what to change, the line, and what else there was', async t => {
  const { told, logs } = readFixture('fixtures/yarn_memory')
  const folder = await temporaryFolder(t)
  const text = diagnosisText(await diagnoseFiles(folder, told, logs)).replaceAll(
    `file://${folder}`,
    's3://logs',
  )
  assert.equal(
    text,
    `YARN killed an executor's container for exceeding its physical memory limit: it used 11.2 GB of 11 GB.
Change: spark.executor.memoryOverhead (Node, images and onnxruntime live outside the heap), or a workers.type with more memory
Evidence: s3://logs/j-1EXAMPLE/steps/s-2A7EXAMPLE/stderr:8
    26/11/24 03:13:02 ERROR YarnScheduler: Lost executor 2 on ip-10-0-1-31.ec2.internal: Container killed by YARN for exceeding physical memory limits. 11.2 GB of 11 GB physical memory used. Consider boosting spark.executor.memoryOverhead.
Also found, most often its consequences:
  Executor 4 was lost: Container marked as failed. (executor_lost, s3://logs/j-1EXAMPLE/steps/s-2A7EXAMPLE/stderr:16)
  Rows of shuffle 0 cannot be fetched: the executor that held them is gone. (shuffle_lost, s3://logs/j-1EXAMPLE/steps/s-2A7EXAMPLE/stderr:10)
  Spark gave the job up, last with: a stage failed. (job_aborted, s3://logs/j-1EXAMPLE/steps/s-2A7EXAMPLE/stderr:20)
`,
  )
})
