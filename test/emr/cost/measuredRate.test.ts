import assert from 'node:assert/strict'
import test from 'node:test'
import type { RunRecord } from '../../../catalog/RunRecord.ts'
import { type MeasuredWork, measuredRate } from '../../../emr/cost/measuredRate.ts'

interface Past {
  readonly day: number
  readonly images: number
  readonly seconds: number
  readonly workers: number
  readonly resumed?: number
  readonly engine?: RunRecord['engine']
  readonly device?: 'cuda'
  readonly model?: string
  readonly command?: RunRecord['command']
}

const past = (run: Past): RunRecord => {
  const { day, images, seconds, workers, resumed = 0, engine = 'spark', model = 'm' } = run
  const { command = 'featurize', device } = run
  const stage = command === 'ingest' ? 'inspections' : 'featurized'
  return {
    ...{
      run_id: `run-${day}`,
      command,
      engine,
      state: 'committed',
      code_version: '0.1.0',
      host: 'h',
      pid: 1,
    },
    parameters: device === undefined ? {} : { device },
    started_at: `2026-11-${String(day).padStart(2, '0')}T03:00:00Z`,
    ...{ ended_at: null, rows_written: {}, snapshot: 1 },
    ...(command === 'ingest' ? {} : { model: { id: model, sha256: 'ab' } }),
    stages: [
      {
        name: 'other',
        version: '1',
        rows_in: 9,
        rows_out: 9e9,
        rows_resumed: 0,
        seconds,
        workers,
        timeline: [],
      },
      {
        ...{ name: stage, version: '1', rows_in: images, rows_out: images, rows_resumed: resumed },
        ...{ seconds, workers, timeline: [] },
      },
    ],
  }
}

const work: MeasuredWork = { command: 'featurize', stage: 'featurized', model: 'm', device: 'cpu' }
const rate = (runs: readonly Past[], change: Partial<MeasuredWork> = {}, tasksPerGpu = 8) =>
  measuredRate({ runs: runs.map(past), work: { ...work, ...change }, tasksPerGpu })

test('the rate of a worker is that of the newest runs together, what was taken over left out', () => {
  const found = rate([
    { day: 1, images: 1000, seconds: 10, workers: 10 },
    { day: 2, images: 5000, seconds: 20, workers: 10, resumed: 2000 },
  ])
  // By hand: 1,000 + 3,000 images in 100 + 200 seconds of workers.
  assert.deepEqual(found, {
    ...{ rate: 4000 / 300, of: 'vCPU', engine: 'spark', images: 4000, runs: ['run-2', 'run-1'] },
  })
})

test('runs of other work, another model or device, or of few images tell nothing', () => {
  const enough = { images: 1000, seconds: 10, workers: 1 }
  assert.equal(
    rate([
      { day: 1, ...enough, model: 'other' },
      { day: 2, ...enough, device: 'cuda' },
      { day: 3, ...enough, command: 'ingest' },
      { day: 4, ...enough, images: 199 },
      { day: 5, ...enough, resumed: 900 },
      { day: 6, ...enough, seconds: 0 },
    ]),
    null,
  )
  const ingest = { command: 'ingest', stage: 'inspections', model: null } as const
  assert.equal(rate([{ day: 3, ...enough, command: 'ingest' }], ingest)?.rate, 100)
})

test('runs on Spark count before those on one machine, and old ones no longer', () => {
  const one = { images: 1000, seconds: 10, workers: 1 }
  const found = rate([
    { day: 9, ...one, engine: 'local' },
    { day: 1, ...one, seconds: 20 },
  ])
  assert.deepEqual([found?.engine, found?.rate, found?.runs], ['spark', 50, ['run-1']])
  const many = rate([
    ...[3, 4, 5, 6, 7].map(day => ({ day, ...one })),
    ...[1, 2].map(day => ({ day, ...one, seconds: 1 })),
  ])
  assert.deepEqual([many?.rate, many?.runs.length], [100, 5])
})

test('tasks on Spark share a GPU; a worker of one machine has one', () => {
  const cuda = { images: 3200, seconds: 1, device: 'cuda' } as const
  // 32 tasks, 8 on each GPU: 4 GPUs.
  const spark = rate([{ day: 1, ...cuda, workers: 32 }], { device: 'cuda' })
  assert.deepEqual([spark?.rate, spark?.of], [800, 'GPU'])
  const local = rate([{ day: 1, ...cuda, workers: 1, engine: 'local' }], { device: 'cuda' })
  assert.deepEqual([local?.rate, local?.of], [3200, 'GPU'])
})
