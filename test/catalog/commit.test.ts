import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import fc from 'fast-check'
import { Hub } from '../../catalog/Hub.ts'
import { endWithUs } from '../support/endWithUs.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'
import { commitRows, type Rows, rowsAt } from './committing.ts'

async function newHub(t: Pick<TestContext, 'after'>): Promise<{ hub: Hub; folder: string; uri: string }> {
  const root = await temporaryFolder(t)
  const folder = join(root, 'work')
  await mkdir(folder)
  const uri = join(root, 'hub')
  return { hub: await Hub.open(uri, { create: true }), folder, uri }
}

/** What a row's own run replaces, said apart from the tables' declarations. */
const replaced = {
  annotations: ['image_id', 'source'],
  splits: ['head_id'],
  classes: ['label'],
} as const

const few = fc.constantFrom('a', 'b', 'c')
const rows = {
  annotations: fc.record({
    image_id: few,
    label: few,
    source: fc.constantFrom('folder', 'csv'),
    confidence: fc.constantFrom(0, 1),
  }),
  splits: fc.record({ head_id: few, image_id: few, split: fc.constantFrom('train', 'test') }),
  classes: fc.record({ label: few, display_name: few }),
}
const keys = {
  annotations: ['image_id', 'label', 'source'],
  splits: ['head_id', 'image_id'],
  classes: ['label'],
} as const
const changesOf = <K extends keyof typeof rows>(name: K) =>
  fc.uniqueArray(rows[name] as fc.Arbitrary<Record<string, unknown>>, {
    maxLength: 4,
    selector: row => keys[name].map(key => row[key]).join(),
  })
const changes = fc.record(
  {
    annotations: changesOf('annotations'),
    splits: changesOf('splits'),
    classes: changesOf('classes'),
  },
  { requiredKeys: [] },
)

test('after any commits the tables are those of a model that replaces rows one by one', async t => {
  await fc.assert(
    fc.asyncProperty(fc.array(changes, { minLength: 1, maxLength: 12 }), async sequence => {
      const { hub, folder } = await newHub(t)
      const model = { annotations: [], splits: [], classes: [] } as Record<
        keyof typeof rows,
        Record<string, unknown>[]
      >
      for (const [index, change] of sequence.entries()) {
        const runId = `run-${index}`
        const snapshot = await commitRows(hub, folder, runId, change as Rows)
        assert.deepEqual([snapshot.id, snapshot.parent], [index + 1, index === 0 ? null : index])
        for (const [name, given] of Object.entries(change) as [keyof typeof rows, object[]][]) {
          const same = (a: object, b: object) =>
            replaced[name].every(
              column => (a as Record<string, unknown>)[column] === (b as Record<string, unknown>)[column],
            )
          model[name] = [
            ...model[name].filter(old => !given.some(row => same(old, row))),
            ...given.map(row => ({ ...row, run_id: runId })),
          ]
        }
      }
      for (const name of Object.keys(model) as (keyof typeof rows)[]) {
        const found = await rowsAt(hub, await hub.latestSnapshot(), name)
        assert.deepEqual(found, model[name].map(row => JSON.stringify(row)).sort(), name)
      }
    }),
    { numRuns: 5, seed: 20, endOnFailure: true },
  )
})

test('runs that commit at once each land exactly once, in consecutive snapshots', async t => {
  const { hub, folder, uri } = await newHub(t)
  const program = join(import.meta.dirname, 'committing.ts')
  const processes = ['p', 'q', 'r'].map(async name => {
    const child = endWithUs(
      spawn(process.execPath, [program, uri, folder, name], {
        stdio: ['ignore', 'ignore', 'inherit'],
      }),
    )
    assert.deepEqual(await once(child, 'exit'), [0, null])
  })
  const names = Array.from({ length: 8 }, (_, index) => `run-${index}`)
  await Promise.all([
    ...processes,
    ...names.map(async name => {
      const own = await Hub.open(uri)
      // All of them replace the row `shared`, and add one of their own.
      const labels = [name, 'shared'].map(label => ({ label, display_name: name }))
      await commitRows(own, folder, name, { classes: labels })
    }),
  ])
  const latest = await hub.latestSnapshot()
  assert.equal(latest?.id, 17)
  const runs = new Set<string>()
  for (let id = 1; id <= 17; id++) {
    const { parent, run_id } = await hub.snapshot(id)
    assert.equal(parent, id === 1 ? null : id - 1)
    runs.add(run_id)
  }
  assert.equal(runs.size, 17)
  const labels = (await rowsAt(hub, latest, 'classes')).map(
    row => (JSON.parse(row) as { label: string }).label,
  )
  const expected = [
    ...names,
    'shared',
    ...['p', 'q', 'r'].flatMap(name => [1, 2, 3].map(n => `${name}-${n}`)),
  ]
  assert.deepEqual(labels.sort(), expected.sort())
})

test('many small files are merged, without a row more or less', async t => {
  const { hub, folder } = await newHub(t)
  for (let index = 0; index < 20; index++)
    await commitRows(hub, folder, `run-${index}`, {
      classes: [{ label: `class-${index}`, display_name: 'x' }],
    })
  const latest = await hub.latestSnapshot()
  assert.ok((latest?.tables.classes?.length ?? 0) <= 9, `${latest?.tables.classes?.length} files`)
  const rows = (await rowsAt(hub, latest, 'classes')).map(row => JSON.parse(row) as Record<string, string>)
  assert.deepEqual(
    rows.map(({ label, run_id }) => [label, run_id]).sort(),
    Array.from({ length: 20 }, (_, index) => [`class-${index}`, `run-${index}`]).sort(),
  )
})

test('a reader of an old snapshot sees it unchanged, whatever is committed meanwhile', async t => {
  const { hub, folder } = await newHub(t)
  const old = await commitRows(hub, folder, 'run-1', { classes: [{ label: 'a', display_name: 'first' }] })
  const before = await rowsAt(hub, old, 'classes')
  for (let index = 2; index < 14; index++)
    await commitRows(hub, folder, `run-${index}`, { classes: [{ label: 'a', display_name: `${index}` }] })
  assert.deepEqual(await rowsAt(hub, old, 'classes'), before)
  assert.equal((await rowsAt(hub, await hub.latestSnapshot(), 'classes')).length, 1)
})

test('a run that commits again finds its snapshot and changes nothing', async t => {
  const { hub, folder } = await newHub(t)
  const row = { classes: [{ label: 'a', display_name: 'a' }] }
  const first = await commitRows(hub, folder, 'run-1', row)
  assert.deepEqual(await commitRows(hub, folder, 'run-1', row), first)
  assert.equal((await hub.latestSnapshot())?.id, 1)
})
