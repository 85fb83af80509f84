import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CancelOptions, cancelRun } from '../../../emr/cancel/cancelRun.ts'
import type { RunResult } from '../../../emr/runs/RunFiles.ts'
import type { Scope } from '../../support/temporaryFolder.ts'
import type { FakeStep } from '../submit/fakeEmr.ts'
import { nameOf, never, requestOf, submitting } from '../submit/submitting.ts'

const result: RunResult = {
  state: 'cancelled',
  startedAt: '2026-11-25T03:10:00Z',
  endedAt: '2026-11-25T04:10:00Z',
  runs: [],
  images: 0,
  error: null,
}

/** A run whose step is in a state, on a cluster of its own or on everybody's. */
async function running(test: Scope, stepState: string, clusterName = nameOf('r1')) {
  const { emr, store: storeOf, notes } = await submitting(test)
  const store = storeOf()
  const step: FakeStep = { Id: 's-1', Name: nameOf('r1'), created: Date.now(), State: stepState }
  const cluster = emr.cluster({ Id: 'j-1', Name: clusterName, steps: [step] })
  const own = clusterName === nameOf('r1')
  const accepted = {
    at: new Date().toISOString(),
    clusterId: 'j-1',
    stepId: own ? null : 's-1',
    region: 'eu-central-1',
    adopted: false,
  }
  const cancel = (what: CancelOptions['what'], options: Partial<CancelOptions> = {}) =>
    cancelRun({
      clients: emr.clients,
      store,
      accepted,
      what,
      signal: never,
      onNote: note => notes.push(note),
      waitMilliseconds: 60,
      pollMilliseconds: 5,
      ...options,
    })
  const asked = () => emr.calls.filter(call => /Cancel|Terminate/.test(call))
  return { emr, store, step, cluster, cancel, asked, notes }
}

test('a run is stopped by its driver, where that answers', async t => {
  const { store, cancel, asked } = await running(t, 'RUNNING')
  const driver = async () => {
    while ((await store.cancelRequest()) === null) await new Promise(resolve => setTimeout(resolve, 2))
    await store.writeResult(result)
  }
  const [cancelled] = await Promise.all([cancel('run', { waitMilliseconds: 10_000 }), driver()])
  assert.deepEqual(cancelled, { outcome: 'ended', state: 'cancelled' })
  assert.deepEqual(asked(), [])
})

test('where the driver does not answer, EMR interrupts the step and then ends its process', async t => {
  const { step, cancel, asked, notes } = await running(t, 'RUNNING')
  assert.deepEqual(await cancel('run'), { outcome: 'ended', state: 'CANCELLED' })
  assert.deepEqual(asked(), ['CancelSteps', 'CancelSteps'])
  assert.equal(step.cancelledBy, 'TERMINATE_PROCESS')
  assert.equal(notes.length, 3)
})

test('a step that has not begun has no driver: its own cluster is ended, a shared one goes on without it', async t => {
  const own = await running(t, 'PENDING')
  assert.equal((await own.cancel('run', { waitMilliseconds: 60_000 })).outcome, 'asked')
  assert.deepEqual([own.asked(), own.cluster.State], [['TerminateJobFlows'], 'TERMINATING'])
  assert.notEqual(await own.store.cancelRequest(), null, 'a driver that starts all the same stops')

  const shared = await running(t, 'PENDING', 'everybody')
  assert.deepEqual(await shared.cancel('run', { waitMilliseconds: 60_000 }), {
    outcome: 'ended',
    state: 'CANCELLED',
  })
  assert.deepEqual([shared.asked(), shared.cluster.State], [['CancelSteps'], 'RUNNING'])
})

test('a step is cancelled at once, without its driver', async t => {
  const { store, step, cancel } = await running(t, 'RUNNING')
  assert.deepEqual(await cancel('step'), { outcome: 'asked', state: 'RUNNING' })
  assert.equal(step.cancelledBy, 'SEND_INTERRUPT')
  assert.equal(await store.cancelRequest(), null)
})

test('a cluster is ended where it is the own one, a shared one only by force', async t => {
  const own = await running(t, 'RUNNING')
  assert.equal((await own.cancel('cluster')).outcome, 'asked')
  assert.equal(own.cluster.State, 'TERMINATING')

  const shared = await running(t, 'RUNNING', 'everybody')
  await assert.rejects(shared.cancel('cluster'), {
    code: 'cluster_shared',
    fault: 'user',
    message: /j-1 \(everybody\)/,
    hint: /--force/,
  })
  assert.equal(shared.cluster.State, 'RUNNING')
  await shared.cancel('cluster', { force: true })
  assert.equal(shared.cluster.State, 'TERMINATING')
})

test('what has ended is no error, and nothing is asked', async t => {
  for (const what of ['run', 'step'] as const) {
    const ended = await running(t, 'COMPLETED')
    assert.deepEqual(await ended.cancel(what), { outcome: 'already_ended', state: 'COMPLETED' })
    assert.deepEqual(ended.asked(), [])
    await ended.store.writeResult({ ...result, state: 'succeeded' })
    assert.deepEqual(await ended.cancel(what), { outcome: 'already_ended', state: 'succeeded' })
  }
  const gone = await running(t, 'COMPLETED')
  gone.cluster.State = 'TERMINATED'
  assert.deepEqual(await gone.cancel('cluster'), { outcome: 'already_ended', state: 'TERMINATED' })
  assert.deepEqual(gone.asked(), [])
})

test('what was never submitted says so; what may have been is cancelled when it starts', async t => {
  const { emr, store, cancel } = await running(t, 'RUNNING')
  assert.deepEqual(await cancel('run', { accepted: null }), { outcome: 'not_submitted', state: null })
  assert.equal(await store.cancelRequest(), null)
  await store.createAttempt(1, { at: new Date().toISOString(), host: 'gone', request: requestOf('r1') })
  assert.deepEqual(await cancel('run', { accepted: null }), { outcome: 'in_doubt', state: null })
  assert.notEqual(await store.cancelRequest(), null)
  assert.deepEqual(emr.calls, [])
})
