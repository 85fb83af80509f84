import assert from 'node:assert/strict'
import type { OpenSpark } from '../../../../engines/spark/openSpark.ts'
import { crossValidateDistributed } from '../../../../engines/spark/training/crossValidateDistributed.ts'
import { evaluateParts } from '../../../../engines/spark/training/evaluateParts.ts'
import { fitDistributedHead } from '../../../../engines/spark/training/fitDistributedHead.ts'
import { sparkTrainingParts } from '../../../../engines/spark/training/sparkTrainingParts.ts'
import type { PartSelection, TrainingParts } from '../../../../engines/spark/training/TrainingParts.ts'
import { crossValidate } from '../../../../models/heads/crossValidate.ts'
import { type FitHeadOptions, fitHead } from '../../../../models/heads/fitHead.ts'
import { gridOf } from '../../../../models/heads/gridOf.ts'
import type { GradientParams } from '../../../../stages/gradient/params.ts'
import { rowsToBatch } from '../../../../tables/batch.ts'
import { column } from '../../../../tables/column.ts'
import { clusters } from '../../../models/heads/reference.ts'
import { environmentOf, processesWith } from '../../../support/processes.ts'
import { assertSameScores } from './assertSameScores.ts'

const columns = 24
const drawn = clusters({ rows: 600, columns, classes: 3, seed: 12, spread: 3 })
const trainingColumns = {
  id: column('text', 'the row'),
  features: column('vector', 'its features'),
  classes: column('vector', 'its class'),
  weight: column('float32', 'its weight'),
  fold: column('int32', 'the fold that holds it out'),
} as const
const folds = 3
const foldOf = Int32Array.from(drawn.y, (_, row) => (row >> 2) % folds)
const weights = Float32Array.from(drawn.y, (_, row) => 0.5 + (row % 3))
const batch = rowsToBatch(
  trainingColumns,
  drawn.y.map((label, row) => ({
    id: `image ${String(row).padStart(5, '0')}`,
    features: drawn.data.subarray(row * columns, (row + 1) * columns),
    classes: Float32Array.of(label),
    weight: weights[row] as number,
    fold: foldOf[row] as number,
  })),
)
const head = { kind: 'multinomial', labels: ['a', 'b', 'c'] } as const
const local: FitHeadOptions = {
  ...head,
  features: { data: drawn.data, rows: drawn.y.length, columns },
  classes: Int32Array.from(drawn.y),
  sampleWeights: weights,
}

async function openParts({ session, shipping }: OpenSpark, rows = 'SELECT * FROM training_rows') {
  const frame = await session.fromBatches({ batches: [batch] })
  await frame.createView('training_rows')
  return await sparkTrainingParts({ session, shipping, rows, parts: 4, signal: new AbortController().signal })
}

/** Heads trained on executors are those trained here; what workers keep is asked for by number alone. */
export async function trainingOnSpark(spark: OpenSpark): Promise<void> {
  await using parts = await openParts(spark)
  for (const elasticNetParam of [0, 0.5]) {
    const options = { regParam: 0.02, elasticNetParam, tolerance: 1e-7, classWeights: 'balanced' } as const
    const expected = await fitHead({ ...local, ...options })
    const found = await fitDistributedHead({ ...head, ...options, parts })
    assert.ok(Math.abs(found.objective - expected.objective) <= 1e-6 * expected.objective)
    for (const [at, value] of expected.coefficients.entries())
      assert.ok(Math.abs((found.coefficients[at] as number) - value) < 1e-3, `coefficient ${at}`)
  }
  const params: GradientParams = {
    head: head.kind,
    labels: 3,
    threads: 1,
    dataset: parts.dataset,
    keepBytes: parts.keepBytes,
    request: { kind: 'totals', heldOut: [null] },
  }
  let answered = 0
  for await (const { numRows } of parts.run(params, 'kept')) answered += numRows
  assert.equal(answered, 4)
  const { sums } = await evaluateParts(parts, params)
  assert.deepEqual([...sums.keys()].sort(), [0, 1, 2, 3])
}

/** A grid's scores, its choice and the head are those of the same folds here. */
export async function gridOnSpark(spark: OpenSpark): Promise<void> {
  await using parts = await openParts(spark)
  const options = {
    grid: gridOf({ regParams: [0.01, 1], elasticNetParams: [0, 0.5] }),
    folds,
    tolerance: 1e-7,
    classWeights: 'balanced',
  } as const
  const expected = await crossValidate({ ...local, ...options, foldOf })
  const found = await crossValidateDistributed({ ...head, ...options, parts })
  assert.deepEqual(found.best, expected.best)
  assertSameScores(found.scores, expected.scores)
  assert.ok(Math.abs(found.head.objective - expected.head.objective) <= 1e-6 * expected.head.objective)
}

/** A Node worker killed between evaluations, and one in the middle of one, cost the computing of what they kept, and change no digit. */
export async function trainingOutlivesWorkers(spark: OpenSpark, mark: string): Promise<void> {
  await using parts = await openParts(spark)
  const options = { ...head, regParam: 0.1, tolerance: 1e-4 }
  const expected = await fitDistributedHead({ ...options, parts })
  const selections: PartSelection[] = []
  const killed: number[] = []
  const disturbed: TrainingParts = {
    ...parts,
    async *run(params, selection) {
      selections.push(selection)
      const evaluation = selections.filter(selection => selection === 'kept').length
      const isHit = (at: number) => selection === 'kept' && evaluation === at
      if (isHit(2)) killed.push(...killWorkers(mark))
      let batches = 0
      for await (const batch of parts.run(params, selection)) {
        yield batch
        if (++batches === 1 && isHit(5)) killed.push(...killWorkers(mark))
      }
    },
  }
  assert.deepEqual(await fitDistributedHead({ ...options, parts: disturbed }), expected)
  assert.ok(killed.length >= 2 && new Set(killed).size === killed.length, `killed: ${killed.join(' ')}`)
  assert.ok(
    selections.some(selection => Array.isArray(selection)),
    'lost parts were sent again',
  )
}

/** The Node processes of the executors of one Spark, which was started with the mark in its environment. */
function killWorkers(mark: string): number[] {
  const workers = processesWith('worker.mjs').filter(pid => environmentOf(pid).includes(mark))
  for (const pid of workers) process.kill(pid, 'SIGKILL')
  return workers
}

/** What a row has wrong is told by the executor. */
export async function badRowsAreNamed(spark: OpenSpark): Promise<void> {
  await using parts = await openParts(
    spark,
    `SELECT id, if(id LIKE '%00007', slice(features, 1, 3), features) AS features, classes, weight, fold FROM training_rows`,
  )
  await assert.rejects(fitDistributedHead({ ...head, parts }), {
    code: 'bad_features',
    fault: 'user',
    message: /has (3|24) numbers where/,
  })
}
