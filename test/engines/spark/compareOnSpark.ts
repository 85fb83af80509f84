import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { SparkOptions } from '../../../engines/spark/openSpark.ts'
import { evaluate } from '../../../operations/heads/evaluate.ts'
import type { TrainOptions } from '../../../operations/heads/train.ts'
import { localEngine, never, type SmallHub, smallHub } from '../../operations/smallHub.ts'
import { testSparkEngine } from '../../support/sparkEngine.ts'
import { assertSameScores } from './training/assertSameScores.ts'

/** What the pipelines made, without runs and times. Embeddings and probabilities to five places. */
const tables = {
  manifest: 'SELECT * FROM manifest ORDER BY origin',
  images: 'SELECT * EXCLUDE (run_id, ingested_at) FROM images ORDER BY origin',
  quality: 'SELECT * EXCLUDE (run_id) FROM quality ORDER BY image_id',
  annotations: 'SELECT * EXCLUDE (run_id) FROM annotations ORDER BY ALL',
  classes: 'SELECT * EXCLUDE (run_id) FROM classes ORDER BY ALL',
  failures: 'SELECT * EXCLUDE (run_id) FROM failures ORDER BY ALL',
  embeddings: `SELECT * EXCLUDE (run_id) REPLACE (list_transform(embedding, lambda x: round(x, 5)) AS embedding)
    FROM embeddings ORDER BY image_id`,
  predictions: `SELECT * EXCLUDE (run_id, head_id) REPLACE (round(probability, 5) AS probability)
    FROM predictions ORDER BY image_id, rank`,
}

export async function contents(hub: SmallHub): Promise<Record<string, unknown>> {
  const entries = Object.entries(tables).map(async ([name, sql]) => [name, await hub.rows(sql)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

async function work(hub: SmallHub): Promise<void> {
  await hub.ingest()
  await hub.featurize()
  // The very same head for both: what a search ends at differs in the last digits.
  await hub.train({ engine: localEngine })
  await hub.predict()
}

/** Under one name: a head is trained again in the same Spark. */
const name = 'again'
const trainings: readonly Partial<TrainOptions>[] = [
  { seed: 5 },
  {
    kind: 'multinomial',
    regParams: [0.01, 1],
    elasticNetParams: [0.5],
    balanced: true,
    group: 'supplier_id',
  },
]

async function compareTraining(local: SmallHub, onSpark: SmallHub): Promise<void> {
  for (const options of trainings) {
    const expected = await local.train({ name, ...options })
    const found = await onSpark.train({ name, ...options })
    const { objective, metrics } = expected.head
    const difference = Math.abs(found.head.objective - objective)
    assert.ok(difference <= 1e-6 * objective, `objective ${found.head.objective}, not ${objective}`)
    assert.deepEqual(found.head.metrics.accuracy, metrics.accuracy)
    assertSameScores(found.head.grid ?? [], expected.head.grid ?? [])
    assert.deepEqual(await kept(onSpark), await kept(local))
    // The file in the hub is the head that was judged.
    const judged = await evaluate({ hub: onSpark.hub, head: name, signal: never })
    assert.deepEqual(judged.metrics.accuracy, metrics.accuracy)
    const logLoss = Number(judged.metrics.logLoss.value) - Number(found.head.metrics.logLoss.value)
    assert.ok(Math.abs(logLoss) < 1e-6, `log-loss differs by ${logLoss}`)
    assert.equal(found.run.engine, 'spark')
  }
}

/** What the hub knows of the newest head, without runs, times and the digits in which searches differ. */
async function kept(hub: SmallHub): Promise<unknown[]> {
  return [
    await hub.rows(
      `SELECT image_id, split FROM splits JOIN current_heads USING (head_id) WHERE name = '${name}' ORDER BY image_id`,
    ),
    await hub.rows(
      `SELECT * EXCLUDE (head_id, objective, metrics, folder, run_id, trained_at) FROM current_heads WHERE name = '${name}'`,
    ),
  ]
}

/** Does all of a hub's work here and on Spark, and holds the one to the other. */
export async function compareOnSpark(
  t: TestContext,
  options: Partial<SparkOptions> & Pick<Required<SparkOptions>, 'line'>,
) {
  const local = await smallHub(t)
  await work(local)
  const engine = await testSparkEngine(t, options)
  const onSpark = await smallHub(t, { engine, photos: local.photos })
  await work(onSpark)
  const expected = await contents(local)
  for (const [name, rows] of Object.entries(await contents(onSpark)))
    assert.deepEqual(rows, expected[name], name)
  const [run] = await onSpark.rows("SELECT engine FROM runs WHERE command = 'featurize'")
  assert.deepEqual(run, { engine: 'spark' })
  const again = await onSpark.featurize()
  assert.deepEqual(again.rows_written, {}, 'nothing is left to do')
  await compareTraining(local, onSpark)
}
