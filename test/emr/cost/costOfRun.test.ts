import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { Hub } from '../../../catalog/Hub.ts'
import type { RunRecord } from '../../../catalog/RunRecord.ts'
import { systemClock } from '../../../emr/aws/Clock.ts'
import { costOfRun } from '../../../emr/cost/costOfRun.ts'
import { publicPrices } from '../../../emr/cost/Prices.ts'
import type { Accepted, RunResult } from '../../../emr/runs/RunFiles.ts'
import { RunStore } from '../../../emr/runs/RunStore.ts'
import { type Scope, temporaryFolder } from '../../support/temporaryFolder.ts'
import { type FakeCluster, fakeEmr } from '../submit/fakeEmr.ts'

const began = Date.UTC(2026, 10, 25, 3)
const after = (minutes: number) => began + minutes * 60_000
const name = 'imagehub nightly r1'

const result: RunResult = {
  state: 'succeeded',
  startedAt: '2026-11-25T03:10:00Z',
  endedAt: '2026-11-25T04:00:00Z',
  runs: ['run-1', 'run-2'],
  images: 9000,
  error: null,
}

const record = (run_id: string, seconds: number, images: number): RunRecord => ({
  ...{ run_id, command: 'ingest', parameters: {}, state: 'committed', engine: 'spark' },
  started_at: new Date(began).toISOString(),
  ended_at: new Date(began + seconds * 1000).toISOString(),
  ...{ code_version: '0.1.0', host: 'ip-10-0-0-1', pid: 1, rows_written: {}, snapshot: 1 },
  stages: [
    {
      ...{ name: 'inspections', version: '1', rows_in: images, rows_out: images, rows_resumed: 0, seconds },
      ...{ workers: 4, timeline: [] },
    },
  ],
})

interface Scene {
  readonly cluster?: Partial<FakeCluster>
  readonly stepId?: string
  readonly minutes?: number
}

async function scene(t: Scope, { cluster = {}, stepId, minutes = 90 }: Scene = {}) {
  const emr = await fakeEmr(t)
  emr.cluster({
    ...{ Id: 'j-1', Name: name, created: began, State: 'TERMINATED', ended: after(60) },
    steps: [
      { Id: 's-1', Name: name, created: began, State: 'COMPLETED', began: after(10), ended: after(58) },
    ],
    machines: [
      { type: 'm6i.xlarge', created: began, ended: after(60) },
      { type: 'g5.2xlarge', created: began, ended: after(60) },
      { type: 'g5.2xlarge', market: 'SPOT', created: began, ended: after(30) },
      { type: 'g5.2xlarge', market: 'SPOT', created: after(30), ended: after(60) },
      { type: 'g5.2xlarge', market: 'SPOT', state: 'AWAITING_FULFILLMENT', created: after(30) },
    ],
    ...cluster,
  })
  const hub = await Hub.open(join(await temporaryFolder(t), 'hub'), { create: true })
  t.after(() => hub.close())
  for (const run of [record('run-0', 60, 5), record('run-1', 600, 9000), record('run-2', 200, 3000)])
    await hub.writeRun(run)
  const store = new RunStore(hub.storage, { job: 'nightly', runId: 'r1' })
  const accepted: Accepted = {
    ...{ at: result.startedAt, clusterId: 'j-1', stepId: stepId ?? null },
    ...{ region: 'us-east-1', adopted: false },
  }
  const ask = () =>
    costOfRun({
      ...{ clients: emr.clients, store, accepted, prices: publicPrices, hub },
      clock: { ...systemClock, now: () => after(minutes) },
    })
  return { emr, hub, store, ask }
}

const hourly = 0.192 * 1.25 + (1.212 + 0.27) + (0.606 + 0.27)
const close = (found: number | null | undefined, expected: number) =>
  assert.ok(Math.abs((found ?? Number.NaN) - expected) < 1e-9, `${found} is not ${expected}`)

test('a run costs the machines of its cluster, page by page, and its records have their parts by their seconds', async t => {
  const { emr, hub, store, ask } = await scene(t)
  await store.writeResult(result)
  const cost = await ask()
  assert.equal(emr.calls.filter(call => call === 'ListInstances').length, 3)
  assert.deepEqual(
    [cost.final, cost.shared, cost.images, cost.recorded],
    [true, false, 9000, ['run-1', 'run-2']],
  )
  close(cost.dollars, hourly)
  close(cost.hours, 3)
  close(cost.dollarsPerThousand, hourly / 9)
  const [other, first, second] = await hub.runs()
  assert.equal(other?.cost, undefined)
  close(first?.cost?.dollars, hourly * 0.75)
  close(first?.cost?.dollars_per_thousand, (hourly * 0.75) / 9)
  close(second?.cost?.dollars, hourly * 0.25)
  close(second?.cost?.dollars_per_thousand, (hourly * 0.25) / 3)
  close(second?.cost?.hours, 0.75)
  assert.deepEqual([second?.cost?.prices_date, second?.cost?.region], ['2026-11-25', 'us-east-1'])
  assert.deepEqual({ ...second, cost: undefined }, { ...record('run-2', 200, 3000), cost: undefined })
  await ask()
  assert.deepEqual(await hub.runs(), [other, first, second], 'asking again changes nothing')
})

test('while the cluster goes on the cost is what it was until now, and no record has it', async t => {
  const machines = [{ type: 'm6i.xlarge', state: 'RUNNING', created: began }]
  const { hub, store, ask } = await scene(t, {
    cluster: { State: 'TERMINATING', ended: undefined as never, machines },
    minutes: 30,
  })
  await store.writeResult(result)
  const cost = await ask()
  assert.deepEqual([cost.final, cost.hours, cost.recorded], [false, 0.5, []])
  assert.ok((await hub.runs()).every(run => run.cost === undefined))
})

test("on a cluster that others use the run costs its step's time only, also while the cluster goes on", async t => {
  const machines = [
    { type: 'm6i.xlarge', state: 'RUNNING', created: began },
    { type: 'm6i.4xlarge', created: began, ended: after(22) },
  ]
  const { store, ask } = await scene(t, {
    cluster: { Name: 'shared', State: 'WAITING', ended: undefined as never, machines },
    stepId: 's-1',
  })
  await store.writeResult(result)
  const cost = await ask()
  assert.deepEqual([cost.final, cost.shared, cost.recorded], [true, true, ['run-1', 'run-2']])
  close(cost.hours, (48 + 12) / 60)
  close(cost.dollars, 0.8 * 0.192 * 1.25 + 0.2 * 0.768 * 1.25)
})

test('a run whose driver left no result costs as much, for no images', async t => {
  const { ask } = await scene(t)
  const cost = await ask()
  close(cost.dollars, hourly)
  assert.deepEqual([cost.images, cost.dollarsPerThousand, cost.recorded], [0, null, []])
})

test('where EMR does not tell of all machines the cost is unknown, not nothing', async t => {
  const forgotten = await scene(t, { minutes: 31 * 24 * 60 })
  await assert.rejects(forgotten.ask(), { code: 'cost_unknown', message: /j-1.*ended at 2026-11-25/ })
  const none = await scene(t, { cluster: { machines: [] } })
  await assert.rejects(none.ask(), { code: 'cost_unknown' })
  const waiting = await scene(t, {
    cluster: {
      ...{ Name: 'shared', State: 'RUNNING' },
      steps: [{ Id: 's-1', Name: name, created: began, State: 'PENDING' }],
    },
    stepId: 's-1',
  })
  await assert.rejects(waiting.ask(), { code: 'cost_unknown', message: /has not begun/ })
})
