import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RunRecord } from '../../catalog/RunRecord.ts'
import { rateSeries, stageRates } from '../../report/stageRates.ts'
import { sampleReport } from './sampleReport.ts'

test('a steady stage has a flat rate', () => {
  const timeline = Array.from({ length: 101 }, (_, index) => [index / 10, index * 3] as const)
  for (const { imagesPerSecond } of rateSeries(timeline))
    assert.ok(Math.abs(imagesPerSecond - 30) < 1e-9, String(imagesPerSecond))
})

test('the rates add up to the rows, whatever the timeline', () => {
  const step = fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.nat(500))
  fc.assert(
    fc.property(fc.array(step, { minLength: 8, maxLength: 200 }), steps => {
      const timeline: [number, number][] = [[0, 0]]
      for (const [milliseconds, rows] of steps) {
        const [seconds, done] = timeline.at(-1) ?? [0, 0]
        timeline.push([seconds + milliseconds / 1000, done + rows])
      }
      const series = rateSeries(timeline)
      const [end, rows] = timeline.at(-1) ?? [0, 0]
      const sum = series.reduce((total, { imagesPerSecond }) => total + imagesPerSecond, 0)
      assert.ok(series.length > 0)
      assert.ok(Math.abs((sum * end) / series.length - rows) < 1e-6 * (1 + rows))
    }),
  )
})

test('a timeline that says too little gives no series, and no division by zero', () => {
  assert.deepEqual(rateSeries([]), [])
  assert.deepEqual(rateSeries([[0, 5]]), [])
  assert.deepEqual(rateSeries(Array.from({ length: 20 }, () => [3, 7] as const)), [])
})

test('rows taken over from an interrupted run do not count as done, and the newest run of a stage stands for it', () => {
  const [ingest] = sampleReport({ thumbnail: () => ({ kind: 'placeholder', because: '' }) }).runs
  assert.ok(ingest)
  const run = (run_id: string, rows_resumed: number, seconds: number): RunRecord => ({
    ...ingest,
    run_id,
    stages: [
      { ...ingest.stages[0], rows_out: 100, rows_resumed, seconds, timeline: [] } as RunRecord['stages'][0],
    ],
  })
  const rates = stageRates([run('old', 0, 100), run('new', 40, 6), run('idle', 100, 0.1)])
  assert.deepEqual(
    rates.map(({ stage, runId, rows, imagesPerSecond }) => [stage, runId, rows, imagesPerSecond]),
    [['ingest', 'new', 60, 10]],
  )
})
