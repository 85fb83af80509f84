import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ListClustersCommand,
  type ListClustersCommandInput,
  ListStepsCommand,
  paginateListClusters,
  paginateListSteps,
  RunJobFlowCommand,
} from '@aws-sdk/client-emr'
import { request, simulated, step, waiting } from './simulated.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`)

test('clusters are listed 50 a page, newest first, without tags, and new ones shift no page', async t => {
  const { emr } = await simulated(t)
  const names = numbers(120)
  const Tags = [{ Key: 'k', Value: 'v' }]
  for (const Name of names) await emr.send(new RunJobFlowCommand(waiting({ Name, Tags })))
  const pages: (string | undefined)[][] = []
  for await (const { Clusters = [] } of paginateListClusters({ client: emr }, {})) {
    pages.push(Clusters.map(({ Name }) => Name))
    assert.ok(Clusters.every(cluster => !('Tags' in cluster)))
    await emr.send(new RunJobFlowCommand(waiting({ Name: 'meanwhile' })))
  }
  assert.deepEqual(
    pages.map(page => page.length),
    [50, 50, 20],
  )
  assert.deepEqual(pages.flat(), names.toReversed())
})

test('clusters are listed by state and by when they were made', async t => {
  let now = Date.UTC(2026, 10, 25, 3)
  const { emr, reaches } = await simulated(t, { now: () => now })
  const start = async (input = waiting()) => (await emr.send(new RunJobFlowCommand(input))).JobFlowId
  const old = await start(request())
  await reaches(old, 'TERMINATED')
  now += 3_600_000
  const young = await start()
  await reaches(young, 'WAITING')
  const list = async (input: ListClustersCommandInput) =>
    (await emr.send(new ListClustersCommand(input))).Clusters?.map(({ Id }) => Id)
  const between = new Date(now - 1_800_000)
  assert.deepEqual(await list({}), [young, old])
  assert.deepEqual(await list({ CreatedAfter: between }), [young])
  assert.deepEqual(await list({ CreatedBefore: between }), [old])
  assert.deepEqual(await list({ ClusterStates: ['WAITING', 'RUNNING'] }), [young])
  assert.deepEqual(await list({ ClusterStates: ['TERMINATED'] }), [old])
  const [told] = (await emr.send(new ListClustersCommand({ ClusterStates: ['TERMINATED'] }))).Clusters ?? []
  assert.deepEqual(told?.Status?.Timeline?.CreationDateTime, new Date(now - 3_600_000))
  await assert.rejects(list({ Marker: 'bm9uZQ' }), { name: 'InvalidRequestException' })
})

test('steps are listed 50 a page, newest first, by state and id', async t => {
  const { emr, reaches } = await simulated(t)
  const names = numbers(120)
  const { JobFlowId: ClusterId } = await emr.send(
    new RunJobFlowCommand(waiting({ Steps: names.map(name => step(name)) })),
  )
  await reaches(ClusterId, 'WAITING')
  const pages = await Array.fromAsync(
    paginateListSteps({ client: emr }, { ClusterId }),
    ({ Steps }) => Steps ?? [],
  )
  assert.deepEqual(
    pages.map(page => page.length),
    [50, 50, 20],
  )
  assert.deepEqual(
    pages.flat().map(({ Name }) => Name),
    names.toReversed(),
  )
  const StepIds = pages.flatMap(([first]) => first?.Id ?? [])
  const byId = await emr.send(new ListStepsCommand({ ClusterId, StepIds }))
  assert.deepEqual(
    byId.Steps?.map(({ Name }) => Name),
    ['c119', 'c69', 'c19'],
  )
  const pending = await emr.send(new ListStepsCommand({ ClusterId, StepStates: ['PENDING'] }))
  assert.deepEqual(pending.Steps, [])
})

test('a new cluster and its steps are described before they are listed', async t => {
  const { emr, cluster, steps } = await simulated(t, { listingDelayMilliseconds: 300 })
  const { JobFlowId } = await emr.send(new RunJobFlowCommand(waiting({ Steps: [step('a')] })))
  const began = performance.now()
  const list = async () => (await emr.send(new ListClustersCommand({}))).Clusters?.length
  assert.deepEqual([await list(), (await steps(JobFlowId)).length], [0, 0])
  assert.equal((await cluster(JobFlowId)).Id, JobFlowId)
  while ((await list()) === 0) await new Promise(resolve => setTimeout(resolve, 10))
  assert.ok(performance.now() - began > 250)
  assert.equal((await steps(JobFlowId)).length, 1)
})
