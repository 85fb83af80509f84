import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { Hub } from '../../catalog/Hub.ts'
import type { RunCost } from '../../catalog/RunRecord.ts'
import { recordCost } from '../../catalog/recordCost.ts'
import { withRun } from '../../catalog/withRun.ts'
import { openHubCatalog } from '../../operations/openHubCatalog.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const cost: RunCost = {
  ...{ dollars: 3, dollars_per_thousand: 0.1, hours: 6, prices_date: '2026-11-25', region: 'us-east-1' },
  machines: [{ type: 'm6i.xlarge', market: 'spot', count: 2, hours: 6, dollars: 3 }],
}

test('what runs cost is in their records and in SQL; runs without stay as they were', async t => {
  const hub = await Hub.open(join(await temporaryFolder(t), 'hub'), { create: true })
  t.after(() => hub.close())
  const run = () =>
    withRun({ hub, command: 'ingest', work: 'ingest', engine: 'local', parameters: {} }, async () => ({
      stages: [],
      changes: {},
    }))
  // In their order, though ids made within a second come in any.
  const ids = [(await run()).run_id, (await run()).run_id, (await run()).run_id]
  const [without = '', ...costly] = ids
  const before = await hub.runs()
  const written = await recordCost(hub, [...costly, 'elsewhere'], cost)
  assert.deepEqual(written.map(({ run_id }) => run_id).sort(), costly.toSorted())
  const records = await hub.runs()
  const of = (list: typeof records, id = '') => list.find(({ run_id }) => run_id === id)
  assert.deepEqual(of(records, without), of(before, without))
  const total = records.reduce((sum, { cost }) => sum + (cost?.dollars ?? 0), 0)
  assert.ok(Math.abs(total - 3) < 1e-9)
  assert.equal(of(records, costly[0])?.cost?.dollars_per_thousand, null)
  await using catalog = await openHubCatalog(hub)
  const { rows } = await catalog.query(
    'SELECT run_id, round(sum(dollars) OVER (), 6) AS dollars, dollars_per_thousand AS each, round(sum(machine_hours) OVER (), 6) AS hours FROM runs ORDER BY run_id',
  )
  assert.deepEqual(
    rows.map(row => [row.run_id, row.dollars, row.each, row.hours]),
    ids.toSorted().map(id => [id, 3, null, 6]),
  )
  assert.deepEqual((await catalog.query('SELECT run_id FROM runs WHERE dollars IS NULL')).rows, [
    { run_id: without },
  ])
})

test('no runs, nothing written', async t => {
  const hub = await Hub.open(join(await temporaryFolder(t), 'hub'), { create: true })
  t.after(() => hub.close())
  assert.deepEqual(await recordCost(hub, [], cost), [])
  assert.deepEqual(await recordCost(hub, ['elsewhere'], cost), [])
})
