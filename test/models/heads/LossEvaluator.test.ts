import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LossEvaluator, type Task } from '../../../models/heads/LossEvaluator.ts'
import type { Link } from '../../../models/heads/lossGraph.ts'
import { clusters, gaussian, sum } from './reference.ts'

const columns = 4
const rows = clusters({ rows: 37, columns, classes: 3, seed: 5 })
const features = { data: rows.data, rows: 37, columns }
const origin = Float32Array.of(1, 0.5, -2, 100)
const weights = (seed: number) => Float32Array.from(rows.y, (_, row) => (row * seed) % 4)

const softmax: Task[] = [1, 2, 3].map(seed => {
  const targets = Float32Array.from(
    rows.y.flatMap(label => [0, 1, 2].map(at => Number((label + seed) % 3 === at))),
  )
  return { targets, weights: weights(seed) }
})
const sigmoid: Task[] = [0, 1, 2].map(label => {
  return { targets: Float32Array.from(rows.y, other => Number(other === label)), weights: weights(label + 1) }
})

/** The weighted loss in 64 bits, as defined. */
function lossOf({ targets, weights }: Task, link: Link, outputs: number, point: readonly number[]): number {
  return sum(
    rows.x.map((x, row) => {
      const scores = Array.from({ length: outputs }, (_, output) =>
        x.reduce(
          (total, value, j) =>
            total + (value - (origin[j] as number)) * (point[output * columns + j] as number),
          point[outputs * columns + output] as number,
        ),
      )
      const truth = [...targets.subarray(row * outputs, (row + 1) * outputs)]
      const [score = 0] = scores
      const loss =
        link === 'sigmoid'
          ? Math.log(1 + Math.exp(truth[0] === 1 ? -score : score))
          : Math.log(sum(scores.map(Math.exp))) -
            sum(scores.map((value, at) => value * (truth[at] as number)))
      return (weights[row] as number) * loss
    }),
  )
}

for (const [link, outputs, tasks] of [
  ['softmax', 3, softmax],
  ['sigmoid', 1, sigmoid],
] as const) {
  test(`${link}: loss as defined, gradient as by finite differences, for any tasks at once`, async () => {
    await using evaluator = await LossEvaluator.open({ features, outputs, link, tasks, origin, threads: 1 })
    const random = gaussian(8)
    for (const active of [[0, 1, 2], [1], [2, 0], [0, 1, 2]]) {
      const points = active.map(() => Array.from({ length: outputs * (columns + 1) }, () => 0.02 * random()))
      const coefficients = Float64Array.from(points.flatMap(point => point.slice(0, outputs * columns)))
      const intercepts = Float64Array.from(points.flatMap(point => point.slice(outputs * columns)))
      const sums = await evaluator.evaluate(active, { coefficients, intercepts })
      active.forEach((index, at) => {
        const task = tasks[index] as Task
        const point = points[at] as number[]
        const expected = lossOf(task, link, outputs, point)
        assert.ok(Math.abs((sums.loss[at] as number) - expected) < 1e-5 * expected)
        const gradient = [
          ...sums.coefficients.subarray(at * outputs * columns, (at + 1) * outputs * columns),
          ...sums.intercepts.subarray(at * outputs, (at + 1) * outputs),
        ]
        gradient.forEach((slope, coordinate) => {
          const moved = (by: number) =>
            lossOf(task, link, outputs, point.with(coordinate, (point[coordinate] as number) + by))
          const difference = (moved(1e-5) - moved(-1e-5)) / 2e-5
          const scale = Math.max(1, Math.abs(difference))
          assert.ok(
            Math.abs(slope - difference) < 1e-4 * scale,
            `task ${index}, ${coordinate}: ${slope}, not ${difference}`,
          )
        })
      })
    }
  })
}
