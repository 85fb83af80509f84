import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listRuns } from '../../../emr/list/listRuns.ts'
import { RunStore } from '../../../emr/runs/RunStore.ts'
import { openStorage } from '../../../storage/openStorage.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { fakeEmr } from '../submit/fakeEmr.ts'

const day = 86_400_000
const region = 'eu-central-1'

test('the clusters of runs are listed, newest first, from all pages, with how their drivers ended', async t => {
  const emr = await fakeEmr(t)
  const now = Date.now()
  for (const [index, Name] of [
    'imagehub nightly r1',
    'other',
    'imagehub train a:b',
    'imagehub',
    'imagehub x ../..',
  ].entries())
    emr.cluster({ Id: `j-${index}`, Name, created: now - (index + 1) * day })
  emr.cluster({ Id: 'j-old', Name: 'imagehub nightly r0', created: now - 8 * day })
  const [failed] = emr.clusters
  Object.assign(failed ?? {}, {
    State: 'TERMINATED_WITH_ERRORS',
    StateChangeReason: { Code: 'STEP_FAILURE', Message: 'a step failed' },
  })
  const storage = openStorage(await temporaryFolder(t))
  await new RunStore(storage, { job: 'train', runId: 'a:b' }).writeResult({
    state: 'succeeded',
    startedAt: '2026-11-25T03:10:00Z',
    endedAt: '2026-11-25T04:10:00Z',
    runs: [],
    images: 5,
    error: null,
  })
  const runs = await listRuns({ clients: emr.clients, region, storage })
  assert.deepEqual(
    runs.map(({ clusterId, job, runId, state, reason, runState }) => [
      clusterId,
      job,
      runId,
      state,
      reason,
      runState,
    ]),
    [
      ['j-0', 'nightly', 'r1', 'TERMINATED_WITH_ERRORS', 'STEP_FAILURE: a step failed', null],
      ['j-2', 'train', 'a:b', 'RUNNING', null, 'succeeded'],
      ['j-4', 'x', '../..', 'RUNNING', null, null],
    ],
  )
  assert.equal(runs[0]?.created?.getTime(), now - day)
  const more = await listRuns({ clients: emr.clients, region, days: 30 })
  assert.deepEqual(more.map(({ clusterId, runState }) => [clusterId, runState]).at(-1), ['j-old', null])
})

test('what EMR does not allow is an error that names the action', async t => {
  const emr = await fakeEmr(t)
  const message = 'User u is not authorized to perform: elasticmapreduce:ListClusters on resource: *'
  emr.fault = () => ({ refuse: 'AccessDeniedException', message })
  await assert.rejects(listRuns({ clients: emr.clients, region }), {
    code: 'access_denied',
    fault: 'user',
    hint: /grant elasticmapreduce:ListClusters/,
  })
})
