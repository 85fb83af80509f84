import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../../../emr/aws/Clock.ts'
import type { Accepted, RunResult } from '../../../emr/runs/RunFiles.ts'
import type { RunEnd } from '../../../emr/watch/RunEnd.ts'
import { type WatchOptions, watchRun } from '../../../emr/watch/watchRun.ts'
import type { Scope } from '../../support/temporaryFolder.ts'
import type { FakeCluster, FakeStep } from '../submit/fakeEmr.ts'
import { nameOf, never, submitting } from '../submit/submitting.ts'

const result: RunResult = {
  state: 'succeeded',
  startedAt: '2026-11-25T03:10:00Z',
  endedAt: '2026-11-25T04:10:00Z',
  runs: ['run-1'],
  images: 1000,
  error: null,
}

/** A run that EMR took; a test moves it on between looks, which follow one another at once while the watch's clock takes ten seconds each. */
async function watching(test: Scope) {
  const { emr, store: storeOf } = await submitting(test)
  const store = storeOf()
  const step: FakeStep = { Id: 's-1', Name: nameOf('r1'), created: Date.now(), State: 'PENDING' }
  const cluster: FakeCluster = emr.cluster({
    Id: 'j-1',
    Name: nameOf('r1'),
    State: 'STARTING',
    steps: [step],
  })
  const accepted: Accepted = {
    at: new Date().toISOString(),
    clusterId: 'j-1',
    stepId: null,
    region: 'eu-central-1',
    adopted: false,
  }
  let milliseconds = Date.now()
  const told: string[] = []
  const watch = (acts: readonly (() => unknown)[], options: Partial<WatchOptions> = {}): Promise<RunEnd> => {
    const rest = [...acts]
    const clock: Clock = {
      now: () => milliseconds,
      elapsed: () => milliseconds,
      async sleep(asked, signal) {
        signal?.throwIfAborted()
        milliseconds += asked
        const act = rest.shift()
        if (act === undefined) throw new Error('the watch goes on')
        await act()
      },
    }
    return watchRun({
      clients: emr.clients,
      store,
      accepted,
      maxHours: 6,
      signal: never,
      clock,
      onState: ({ clusterState, stepState, reason }) =>
        told.push([clusterState, stepState, reason].join(' ').trim()),
      onProgress: ({ stage, rowsDone, rowsTotal }) => told.push(`${stage} ${rowsDone}/${rowsTotal}`),
      onLog: lines => told.push(...lines.map(line => `| ${line}`)),
      onNote: note => told.push(`! ${note}`),
      ...options,
    })
  }
  const begin = () => {
    Object.assign(cluster, { State: 'RUNNING' })
    Object.assign(step, { State: 'RUNNING', began: milliseconds })
  }
  const pass = (hours: number) => () => {
    milliseconds += hours * 3_600_000
  }
  return { emr, store, step, cluster, accepted, told, watch, begin, pass }
}

test('states, progress and the log are told as they change, and the run ends with its step', async t => {
  const { store, step, told, watch, begin } = await watching(t)
  const progress = {
    at: '2026-11-25T03:11:00Z',
    stage: 'featurize',
    rowsDone: 10,
    rowsTotal: 20,
    rowsResumed: 0,
  }
  const end = await watch([
    () => {},
    begin,
    async () => {
      await store.writeProgress(progress)
      await store.writeLog('starting\nreading\x1b[2J with AKIAIOSFODNN7EXAMPLE\nhalf')
    },
    () => store.writeProgress({ ...progress, at: '2026-11-25T03:11:05Z' }),
    async () => {
      step.State = 'COMPLETED'
      await store.writeResult(result)
      await store.writeProgress({ ...progress, rowsDone: 20 })
      await store.writeLog('starting\nreading\x1b[2J with AKIAIOSFODNN7EXAMPLE\nhalf a line\nbye')
    },
  ])
  assert.deepEqual(told, [
    'STARTING PENDING',
    'RUNNING RUNNING',
    '| starting',
    '| reading[2J with ***',
    'featurize 10/20',
    'RUNNING COMPLETED',
    '| half a line',
    'featurize 20/20',
    '| bye',
  ])
  assert.deepEqual(end, {
    state: 'succeeded',
    clusterId: 'j-1',
    clusterState: 'RUNNING',
    stepState: 'COMPLETED',
    reason: null,
    result,
  })
})

test('a driver that says how it ended tells cancelled from failed, while EMR knows nothing yet', async t => {
  const { store, watch, begin } = await watching(t)
  const error = { code: 'cancelled', message: 'somebody asked it to stop' }
  const end = await watch([begin, () => store.writeResult({ ...result, state: 'cancelled', error })])
  assert.deepEqual(
    [end.state, end.stepState, end.reason],
    ['cancelled', 'RUNNING', 'cancelled: somebody asked it to stop'],
  )
})

test('a step that fails without a word from its driver has failed, for the reason that EMR gives', async t => {
  const { step, watch, begin } = await watching(t)
  const fail = () =>
    Object.assign(step, {
      State: 'FAILED',
      FailureDetails: { Reason: 'Unknown Error', Message: 'exit code 137' },
    })
  const end = await watch([begin, fail])
  assert.deepEqual([end.state, end.reason, end.result], ['failed', 'Unknown Error: exit code 137', null])
})

test('a cluster that ends while it starts is a failure with its reason, at the second look', async t => {
  const { cluster, watch } = await watching(t)
  const StateChangeReason = { Code: 'VALIDATION_ERROR', Message: 'not enough vCPUs' }
  const end = await watch([
    () => Object.assign(cluster, { State: 'TERMINATED_WITH_ERRORS', StateChangeReason }),
    () => {},
  ])
  assert.deepEqual([end.state, end.reason], ['failed', 'VALIDATION_ERROR: not enough vCPUs'])
})

test('past maxHours and a quarter of an hour its own cluster is ended', async t => {
  const { cluster, watch, begin, pass } = await watching(t)
  // As it waits for machines, no time of the run passes.
  const end = await watch([pass(9), begin, pass(6.2), pass(0.1)])
  assert.equal(end.state, 'timed_out')
  assert.match(end.reason ?? '', /longer than maxHours \(6\).*its cluster j-1 is ended/)
  assert.equal(cluster.State, 'TERMINATING')
})

test('of a run that was not submitted from here, the driver says how long it may take', async t => {
  const { store, watch, begin, pass } = await watching(t)
  await store.createClaim({ at: '2026-11-25T03:09:00Z', host: 'ip-10-0-0-1', clusterId: 'j-1', maxHours: 2 })
  const end = await watch([begin, pass(2.1), pass(0.2)], { maxHours: null })
  assert.equal(end.state, 'timed_out')
  assert.match(end.reason ?? '', /longer than maxHours \(2\)/)
})

test('past maxHours a shared cluster stays, and the step is cancelled', async t => {
  const { cluster, step, accepted, watch, begin, pass } = await watching(t)
  cluster.Name = 'everybody'
  const end = await watch([begin, pass(7)], { accepted: { ...accepted, stepId: 's-1' } })
  assert.equal(end.state, 'timed_out')
  assert.deepEqual(
    [cluster.State, step.State, step.cancelledBy],
    ['RUNNING', 'CANCELLED', 'TERMINATE_PROCESS'],
  )
})

test('an EMR that does not answer for some minutes is asked again; for longer, the run is lost', async t => {
  const { emr, store, told, watch, begin, pass } = await watching(t)
  const fail = () => {
    emr.fault = () => 'dropped'
  }
  const heal = () => {
    emr.fault = () => undefined
  }
  const first = await watch([
    begin,
    fail,
    pass(0.1),
    heal,
    fail,
    pass(0.1),
    heal,
    () => store.writeResult(result),
  ])
  assert.equal(first.state, 'succeeded')
  assert.match(told.join('\n'), /! cannot list the steps of the cluster j-1: .*; it is asked again/)

  const other = await watching(t)
  const down = () => {
    other.emr.fault = () => 'dropped'
  }
  const second = await other.watch([other.begin, down, other.pass(0.1), other.pass(0.1)])
  assert.equal(second.state, 'lost')
  assert.equal(second.stepState, 'RUNNING')

  const third = await watching(t)
  third.emr.fault = () => 'dropped'
  await third.store.writeResult(result)
  assert.equal((await third.watch([])).state, 'succeeded', 'the hub tells without EMR')
})

test('what asking again does not mend is an error', async t => {
  const { emr, watch, accepted } = await watching(t)
  emr.fault = () => ({ refuse: 'ExpiredTokenException', message: 'expired' })
  await assert.rejects(watch([]), { code: 'credentials_rejected' })
  emr.fault = () => undefined
  const at = new Date(Date.now() - 3_600_000).toISOString()
  await assert.rejects(watch([], { accepted: { ...accepted, at, clusterId: 'j-9' } }), {
    code: 'cluster_not_found',
    message: /no cluster j-9 in the region eu-central-1/,
  })
})

test('a cluster that EMR started only now may be unknown to it', async t => {
  const { emr, store, told, accepted, watch } = await watching(t)
  const appear = async () => {
    emr.cluster({ Id: 'j-9', Name: nameOf('r1') })
    await store.writeResult(result)
  }
  const end = await watch([appear], { accepted: { ...accepted, clusterId: 'j-9' } })
  assert.equal(end.state, 'succeeded')
  assert.match(told[0] ?? '', /^! .*EMR knows no cluster j-9/)
})

test('where the step had nothing to do, the driver that does the run is followed', async t => {
  const { emr, store, step, told, watch, begin } = await watching(t)
  const other: FakeStep = { Id: 's-2', Name: nameOf('r1'), created: Date.now(), State: 'RUNNING' }
  emr.cluster({ Id: 'j-2', Name: nameOf('r1'), steps: [other] })
  const claim = { at: '2026-11-25T03:09:00Z', host: 'ip-10-0-0-1', clusterId: 'j-2', maxHours: 6 }
  const end = await watch([
    begin,
    async () => {
      await store.createClaim(claim)
      step.State = 'COMPLETED'
    },
    () => {},
    () => store.writeResult({ ...result, state: 'failed', error: { code: 'bad_image', message: 'no' } }),
  ])
  assert.match(told.join('\n'), /! this step had nothing to do: another driver does the run, on j-2/)
  assert.deepEqual([end.state, end.clusterId, end.stepState], ['failed', 'j-2', 'RUNNING'])
})

test('a run that was claimed and left without a result is lost, not done', async t => {
  const { store, step, watch, begin } = await watching(t)
  await store.createClaim({ at: '2026-11-25T03:09:00Z', host: 'ip-10-0-0-1', clusterId: null, maxHours: 6 })
  const end = await watch([begin, () => Object.assign(step, { State: 'COMPLETED' })])
  assert.equal(end.state, 'lost')
})

test('a watch that is stopped says so and does nothing to the run', async t => {
  const { emr, watch } = await watching(t)
  const stop = new AbortController()
  const watched = watch([() => stop.abort(new Error('enough'))], { signal: stop.signal })
  await assert.rejects(watched, { message: 'enough' })
  assert.deepEqual(
    emr.calls.filter(call => /Cancel|Terminate/.test(call)),
    [],
  )
})
