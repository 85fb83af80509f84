import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { Hub } from '../../catalog/Hub.ts'
import { runState } from '../../catalog/runState.ts'
import { withRun } from '../../catalog/withRun.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'
import { commitRows, rowsAt } from './committing.ts'
import { killHolder } from './killedHolder.ts'

const ingest = { command: 'ingest', work: 'ingest', engine: 'local', parameters: {} } as const

test('a run that fails is recorded with its reason, holds no lock, and leaves the tables as they were', async t => {
  const hub = await Hub.open(join(await temporaryFolder(t), 'hub'), { create: true })
  const full = Object.assign(new Error("ENOSPC: no space left on device, write '/hub/work/x'"), {
    code: 'ENOSPC',
  })
  const failing = (error: Error) => withRun({ hub, ...ingest }, () => Promise.reject(error))
  await assert.rejects(failing(full), { code: 'storage_full', fault: 'system', cause: full })
  const duckdb = new Error('IO Error: Could not write file "x": No space left on device')
  await assert.rejects(failing(duckdb), { code: 'storage_full' })
  const other = new Error('of another kind')
  await assert.rejects(failing(other), other)
  const records = await hub.runs()
  assert.deepEqual(records.map(({ state, error }) => [state, error?.code]).sort(), [
    ['failed', 'failed'],
    ['failed', 'storage_full'],
    ['failed', 'storage_full'],
  ])
  assert.equal(await hub.latestSnapshot(), null)
  const { state } = await withRun({ hub, ...ingest }, async () => ({ stages: [], changes: {} }))
  assert.equal(state, 'committed')
})

test('two runs of the same work exclude each other; of different work they do not', async t => {
  const hub = await Hub.open(join(await temporaryFolder(t), 'hub'), { create: true })
  const outcome = async () => ({ stages: [], changes: {} })
  await withRun({ hub, ...ingest }, async () => {
    await assert.rejects(withRun({ hub, ...ingest }, outcome), { code: 'hub_busy' })
    await withRun({ hub, ...ingest, command: 'featurize', work: 'featurize-m' }, outcome)
    return await outcome()
  })
})

test('what a killed run had put into the hub and not committed is removed by the next of its kind', async t => {
  const folder = await temporaryFolder(t)
  const uri = join(folder, 'hub')
  const hub = await Hub.open(uri, { create: true })
  const kept = await commitRows(hub, folder, 'run-1', { classes: [{ label: 'a', display_name: 'a' }] })
  const orphans = [
    'tables/images/run-2-1.parquet',
    'heads/flowers@run-2/head.onnx',
    'runs/run-2/refused.parquet',
  ]
  await killHolder(uri, 'ingest', 'run-2', async () => {
    for (const key of orphans) await hub.storage.write(key, 'unfinished')
    await hub.storage.write('heads/flowers@run-1/head.onnx', 'finished')
  })
  await withRun({ hub, ...ingest }, async () => ({ stages: [], changes: {} }))
  assert.deepEqual(
    orphans.filter(key => existsSync(join(uri, key))),
    [],
  )
  assert.ok(existsSync(join(uri, 'heads/flowers@run-1/head.onnx')))
  assert.equal((await rowsAt(hub, kept, 'classes')).length, 1)

  // A run that had committed, and died before it could say so, keeps its files.
  await killHolder(uri, 'ingest', 'run-3', async () => {
    await commitRows(hub, folder, 'run-3', { classes: [{ label: 'b', display_name: 'b' }] })
  })
  await withRun({ hub, ...ingest }, async () => ({ stages: [], changes: {} }))
  assert.equal((await rowsAt(hub, await hub.latestSnapshot(), 'classes')).length, 2)
})

test('a record that says running is taken at its word only while its process lives', async t => {
  const hub = await Hub.open(join(await temporaryFolder(t), 'hub'), { create: true })
  await withRun({ hub, ...ingest }, async ({ id }) => {
    const [record] = await hub.runs()
    assert.ok(record !== undefined)
    assert.equal(runState(record, new Set()), 'running')
    assert.equal(runState(record, new Set([id])), 'committed')
    const gone = { ...record, process: { ...record.process, started: '1' } } as typeof record
    assert.equal(runState(gone, new Set()), 'interrupted', 'another process has its number now')
    return { stages: [], changes: {} }
  })
})
