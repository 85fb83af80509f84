import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { HeadKind } from '../../../../models/heads/headTasks.ts'
import { clusters, uniform } from '../../../models/heads/reference.ts'
import type { TrainingRow } from './inProcessParts.ts'

const names = [...'abcdefgh']
export const folds = 3

export interface ProblemOptions {
  readonly kind: HeadKind
  readonly labels: number
  readonly columns: number
  readonly rows: number
  readonly seed: number
  readonly weighted: boolean
}

/** A head to train, in memory and as rows. */
export function problem({ kind, labels, columns, rows, seed, weighted }: ProblemOptions) {
  const drawn = clusters({ rows, columns, classes: kind === 'binary' ? 2 : labels, seed, spread: 2 })
  const next = uniform(seed + 1)
  const sampleWeights = Float32Array.from(drawn.y, () => (weighted ? Math.floor(4 * next()) / 2 + 0.25 : 1))
  const classes =
    kind === 'multilabel'
      ? drawn.y.flatMap((own, row) =>
          Array.from({ length: labels }, (_, label) =>
            next() < 0.2 && row > 20 ? -1 : Number(own === label),
          ),
        )
      : drawn.y
  // Every class is in every fold.
  const foldOf = Int32Array.from(drawn.y, (_, row) => (row >> 2) % folds)
  const width = kind === 'multilabel' ? labels : 1
  const trainingRows = drawn.y.map((_, row): TrainingRow => {
    return {
      features: drawn.data.subarray(row * columns, (row + 1) * columns),
      classes: classes.slice(row * width, (row + 1) * width),
      weight: sampleWeights[row] as number,
      fold: foldOf[row] as number,
    }
  })
  const head = { kind, labels: names.slice(0, kind === 'binary' ? 2 : labels) }
  const features = { data: drawn.data, rows, columns }
  return {
    trainingRows,
    head,
    local: { ...head, features, classes: Int32Array.from(classes), sampleWeights, foldOf },
  }
}

/** Deals rows out: row i goes to part of[i % of.length]. */
export function dealt<T>(rows: readonly T[], of: readonly number[], parts: number): T[][] {
  const dealt = Array.from({ length: parts }, (): T[] => [])
  for (const [row, value] of rows.entries()) dealt[of[row % of.length] as number]?.push(value)
  return dealt
}

export function near(found: number, expected: number, tolerance: number, what: string): void {
  const difference = Math.abs(found - expected)
  assert.ok(difference <= tolerance * Math.max(1, Math.abs(expected)), `${what}: ${found}, not ${expected}`)
}

export const shapes = fc.record({
  kind: fc.constantFrom<HeadKind>('binary', 'multinomial', 'multilabel'),
  labels: fc.integer({ min: 2, max: 4 }),
  columns: fc.integer({ min: 1, max: 6 }),
  rows: fc.integer({ min: 30, max: 90 }),
  seed: fc.integer({ min: 0, max: 1e6 }),
  weighted: fc.boolean(),
})
/** Parts of any sizes: in order or dealt out, some empty. */
export const cuts = fc.integer({ min: 1, max: 9 }).chain(parts =>
  fc.record({
    parts: fc.constant(parts),
    of: fc.array(fc.integer({ min: 0, max: parts - 1 }), { minLength: 1, maxLength: 90 }),
    workers: fc.integer({ min: 1, max: 3 }),
    keepBytes: fc.constantFrom(0, 1500, 2 ** 30),
  }),
)
