import assert from 'node:assert/strict'
import { test } from 'node:test'
import { submitRun } from '../../../emr/submit/submitRun.ts'
import { type FakeEmr, type Fault, throttled } from './fakeEmr.ts'
import { nameOf, never, requestOf, submitting } from './submitting.ts'

const named = (emr: FakeEmr, runId = 'r1') => emr.clusters.filter(({ Name }) => Name === nameOf(runId))

test('a run is submitted once, and a second time it is what was submitted', async t => {
  const { emr, submit, store, notes } = await submitting(t)
  const first = await submit()
  assert.equal(first.clusterId, emr.clusters[0]?.Id)
  assert.deepEqual(
    { ...first, at: undefined, clusterId: undefined },
    {
      at: undefined,
      clusterId: undefined,
      stepId: null,
      region: 'eu-central-1',
      adopted: false,
      alreadySubmitted: false,
      calls: 1,
    },
  )
  assert.equal((await store().accepted())?.clusterId, first.clusterId)
  assert.deepEqual((await store().attempt(1))?.request, requestOf('r1'))

  const second = await submit()
  assert.deepEqual(second, { ...first, alreadySubmitted: true, calls: 0 })
  assert.deepEqual(emr.calls, ['RunJobFlow'])
  assert.deepEqual(notes, [])
})

test('a step is added to a cluster once', async t => {
  const { emr, submit } = await submitting(t)
  const shared = emr.cluster({ Id: 'j-shared' })
  emr.fault = (operation, nth) => (operation === 'AddJobFlowSteps' && nth === 1 ? 'lost' : undefined)
  const submitted = await submit({ clusterId: 'j-shared' })
  assert.equal(shared.steps.length, 1)
  assert.deepEqual(
    [submitted.clusterId, submitted.stepId, submitted.adopted, submitted.calls],
    ['j-shared', shared.steps[0]?.Id, true, 1],
  )
})

const lostAnswers: readonly Fault[] = ['lost', 'failed after', 'silent']
for (const fault of lostAnswers)
  test(`where the answer is ${fault}, the cluster that EMR started is found by its name, however late it is listed`, async t => {
    const { emr, submit, notes } = await submitting(t)
    // On other pages of the listing, too.
    for (const id of ['j-a', 'j-b', 'j-c', 'j-d', 'j-e']) emr.cluster({ Id: id, Name: `${nameOf('r1')}1` })
    emr.fault = (operation, nth) => (operation === 'RunJobFlow' && nth === 1 ? fault : undefined)
    emr.listingMilliseconds = 400
    const submitted = await submit()
    assert.equal(named(emr).length, 1)
    assert.equal(submitted.clusterId, named(emr)[0]?.Id)
    assert.ok(submitted.adopted)
    assert.match(notes.join('\n'), /found j-\d+/)
  })

test('where nothing was started by a call without an answer, EMR is called again after what it may have started would show', async t => {
  const { emr, submit } = await submitting(t)
  emr.fault = (operation, nth) => (operation === 'RunJobFlow' && nth === 1 ? 'dropped' : undefined)
  const begun = performance.now()
  const submitted = await submit()
  assert.ok(performance.now() - begun >= 900, 'it waited')
  assert.deepEqual([submitted.calls, submitted.adopted, named(emr).length], [2, false, 1])
  assert.equal(
    emr.calls.lastIndexOf('ListClusters'),
    emr.calls.length - 2,
    'a search came before the second call',
  )
})

test('a throttled call is made again without a search', async t => {
  const { emr, submit, store, notes } = await submitting(t)
  emr.fault = (operation, nth) => (operation === 'RunJobFlow' && nth <= 3 ? throttled : undefined)
  const submitted = await submit()
  assert.deepEqual([submitted.calls, named(emr).length], [4, 1])
  assert.deepEqual(emr.calls, Array(4).fill('RunJobFlow'))
  assert.notEqual(await store().attempt(4), null)
  assert.match(notes[0] ?? '', /Rate exceeded; attempt 1 of 8/)
})

test('after eight calls it gives up, and may be run again under the same id', async t => {
  const { emr, submit } = await submitting(t)
  emr.fault = operation => (operation === 'RunJobFlow' ? throttled : undefined)
  await assert.rejects(submit({ settleMilliseconds: 300 }), {
    code: 'emr_unavailable',
    message: /r1 in 8 calls.*Rate exceeded/,
    hint: /--run-id r1/,
  })
  assert.equal(emr.calls.filter(call => call === 'RunJobFlow').length, 8)
  emr.fault = () => undefined
  assert.equal((await submit({ settleMilliseconds: 300 })).calls, 1)
})

test('what EMR refuses is an error at once that says what EMR said', async t => {
  const { emr, submit } = await submitting(t)
  emr.fault = () => ({
    refuse: 'ValidationException',
    message: 'InstanceProfile is required for creating cluster',
  })
  await assert.rejects(submit(), {
    code: 'emr_refused',
    fault: 'user',
    message: /cannot start the cluster: .*InstanceProfile is required/,
  })
  assert.deepEqual(emr.calls, ['RunJobFlow'])
  assert.deepEqual(emr.clusters, [])
})

test('what a submitter started that ended before it knew is found by the next, not started again', async t => {
  const { emr, submit } = await submitting(t)
  emr.fault = (operation, nth) => (operation === 'RunJobFlow' && nth === 1 ? 'silent' : undefined)
  emr.listingMilliseconds = 300
  const stop = new AbortController()
  const stopped = submit({ signal: stop.signal })
  while (emr.clusters.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  stop.abort(new Error('stopped by the user'))
  await assert.rejects(stopped, { message: 'stopped by the user' })
  const submitted = await submit()
  assert.deepEqual(
    [submitted.clusterId, submitted.adopted, submitted.calls, named(emr).length],
    [named(emr)[0]?.Id, true, 0, 1],
  )
})

test('an attempt of long ago is not waited for', async t => {
  const { emr, submit, store } = await submitting(t)
  const at = new Date(Date.now() - 3_600_000).toISOString()
  await store().createAttempt(1, { at, host: 'gone', request: requestOf('r1') })
  const submitted = await submit({ settleMilliseconds: 60_000 })
  assert.deepEqual([submitted.calls, named(emr).length], [1, 1])
  assert.deepEqual(emr.calls, ['ListClusters', 'RunJobFlow'])
})

test('of several clusters under its name the oldest is followed, and the others are named', async t => {
  const { emr, submit, store, notes } = await submitting(t)
  const now = Date.now()
  emr.cluster({ Id: 'j-young', Name: nameOf('r1'), created: now })
  emr.cluster({ Id: 'j-old', Name: nameOf('r1'), created: now - 60_000, State: 'TERMINATED_WITH_ERRORS' })
  emr.cluster({ Id: 'j-before', Name: nameOf('r1'), created: now - 7_200_000 })
  await store().createAttempt(1, { at: new Date(now).toISOString(), host: 'gone', request: requestOf('r1') })
  assert.equal((await submit()).clusterId, 'j-old')
  assert.match(notes.join('\n'), /more under this name: j-young;/)
})

test('a search that EMR does not answer is made again, and ends nothing but this call', async t => {
  const { emr, submit, store } = await submitting(t)
  await store().createAttempt(1, { at: new Date().toISOString(), host: 'gone', request: requestOf('r1') })
  emr.fault = operation =>
    operation === 'ListClusters' ? { refuse: 'InternalFailure', status: 500 } : undefined
  await assert.rejects(submit({ settleMilliseconds: 60 }), { code: 'emr_unavailable', hint: /--run-id r1/ })
  assert.ok(!emr.calls.includes('RunJobFlow'), 'nothing was started in the dark')
  emr.fault = operation =>
    operation === 'ListClusters'
      ? { refuse: 'AccessDeniedException', message: 'no elasticmapreduce:ListClusters' }
      : undefined
  await assert.rejects(submit(), { code: 'access_denied', hint: /grant elasticmapreduce:ListClusters/ })
})

test('a request that would not be found under its name is not sent', async t => {
  const { emr, store } = await submitting(t)
  const submitted = submitRun({
    clients: emr.clients,
    store: store(),
    name: nameOf('r1'),
    runId: 'r1',
    region: 'eu-central-1',
    request: requestOf('other'),
    signal: never,
    onNote: () => {},
  })
  await assert.rejects(submitted, { code: 'bad_name', fault: 'user', message: /imagehub nightly other/ })
  assert.deepEqual(emr.calls, [])
})

test('who is so slow between saying that it will call and calling that others may think it is gone does not call', async t => {
  const { emr, submit, store: storeOf, notes } = await submitting(t)
  const store = storeOf()
  const { createAttempt } = store
  const slow: typeof createAttempt = async (number, attempt) => {
    const made = await createAttempt(number, attempt)
    if (number === 1) await new Promise(resolve => setTimeout(resolve, 300))
    return made
  }
  const submitted = await submit({ store: Object.assign(store, { createAttempt: slow }) })
  assert.match(notes.join('\n'), /the hub was slow/)
  assert.deepEqual([submitted.calls, named(emr).length, emr.calls], [1, 1, ['RunJobFlow']])
  assert.notEqual(await store.attempt(2), null)
})
