import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseFromGrid } from '../../../models/heads/chooseFromGrid.ts'
import { gridOf } from '../../../models/heads/gridOf.ts'
import { headTasks } from '../../../models/heads/headTasks.ts'
import { heldOutSums } from '../../../models/heads/heldOutSums.ts'
import { localRows } from '../../../models/heads/localRows.ts'
import { clusters } from './reference.ts'

test('however few columns an evaluation may serve, every combination is scored by its own folds', async () => {
  const columns = 4
  const folds = 3
  const drawn = clusters({ rows: 90, columns, classes: 3, seed: 8, spread: 2 })
  const features = { data: drawn.data, rows: 90, columns }
  const head = { kind: 'multinomial', labels: ['a', 'b', 'c'], classes: Int32Array.from(drawn.y) } as const
  const foldOf = Int32Array.from(drawn.y, (_, row) => (row >> 2) % folds)
  const heldOut = [0, 1, 2]
  const tasks = headTasks({ ...head, rows: 90, foldOf }, heldOut)
  const labelled = { ...head, labels: 3, rows: 90, foldOf }
  const scores = async (mostColumns: number) => {
    const { scores } = await chooseFromGrid({
      grid: gridOf({ regParams: [0.01, 0.3], elasticNetParams: [0, 0.5] }),
      folds,
      tolerance: 1e-9,
      rows: { ...localRows({ ...tasks, features, threads: 1 }), mostColumns },
      heldOut: (evaluator, tasks, models) =>
        heldOutSums({ evaluator, tasks, models, rows: labelled, heldOut }),
    })
    return scores.flatMap(({ logLoss }) => logLoss.folds)
  }
  const expected = await scores(512)
  // One, two and five of the twelve searches at once.
  for (const mostColumns of [0, 7, 15])
    for (const [at, value] of (await scores(mostColumns)).entries())
      assert.ok(Math.abs(value - (expected[at] as number)) < 1e-4)
})
