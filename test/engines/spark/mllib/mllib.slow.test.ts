import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import type { DataFrame } from '../../../../engines/spark/connect/DataFrame.ts'
import { SparkSession } from '../../../../engines/spark/connect/SparkSession.ts'
import { fitLogisticRegression } from '../../../../engines/spark/mllib/fitLogisticRegression.ts'
import { fitStringIndexer } from '../../../../engines/spark/mllib/fitStringIndexer.ts'
import { MlObject } from '../../../../engines/spark/mllib/MlObject.ts'
import { readMatrix, readNumber } from '../../../../engines/spark/mllib/mlLiterals.ts'
import { savePipelineModel } from '../../../../engines/spark/mllib/savePipelineModel.ts'
import { withVector } from '../../../../engines/spark/mllib/vectorColumn.ts'
import { javaArguments } from '../../../../engines/spark/server/javaArguments.ts'
import { findJava } from '../../../../engines/spark/setup/findJava.ts'
import { sparkHome } from '../../../../engines/spark/setup/sparkHome.ts'
import { fitHead } from '../../../../models/heads/fitHead.ts'
import { labelIndex } from '../../../../models/heads/labelIndex.ts'
import { rowsToBatch } from '../../../../tables/batch.ts'
import { sparkForTests, startTestSpark } from '../../../support/spark.ts'
import { suiteScope } from '../../../support/suiteScope.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'

const spark = await sparkForTests()

const rows = 400
const columns = 6
const names = ['tree', 'boat', 'fish'] as const

/** The same blurred classes each time. */
function makeRows() {
  let state = 7
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: rows }, (_, id) => {
    const kind = random() < 0.5 ? 0 : random() < 0.6 ? 1 : 2
    const embedding = Float32Array.from(
      { length: columns },
      (_, at) => (at === kind ? 1 : 0) + (random() + random() - 1) * 3 + at,
    )
    return { id, embedding, label: names[kind] ?? 'tree', weight: Math.fround(0.5 + random()) }
  })
}

const made = makeRows()
const data = Float32Array.from(made.flatMap(({ embedding }) => [...embedding]))
const labels = labelIndex(made.map(({ label }) => label)).labels
const sampleWeights = Float32Array.from(made, ({ weight }) => weight)
const required = { nullable: false, doc: '' } as const

/** Objectives of both solvers, close to the optimum. */
const accurate = { maxIterations: 1000, tolerance: 1e-12 }

describe('MLlib over Connect', { skip: spark.skip }, () => {
  const scope = suiteScope()
  let session: SparkSession
  let table: DataFrame
  before(async () => {
    const server = await startTestSpark(scope, { line: '4.0' })
    session = await SparkSession.open({ address: server.address })
    scope.after(() => session.close())
    const columnsOf = {
      id: { type: 'int32', ...required },
      embedding: { type: 'vector', ...required },
      label: { type: 'text', ...required },
      weight: { type: 'float64', ...required },
    } as const
    table = await session.fromBatches({ batches: [rowsToBatch(columnsOf, made)] })
  })

  async function indexed() {
    const indexer = await fitStringIndexer({
      session,
      dataset: table,
      inputColumn: 'label',
      outputColumn: 'index',
    })
    return {
      ...indexer,
      dataset: withVector(indexer.model.transform(table), { column: 'embedding', as: 'features' }),
    }
  }

  test("StringIndexer's labels are ours, in the same order", async () => {
    assert.deepEqual((await indexed()).labels, labels)
  })

  for (const { regParam, elasticNetParam, kind, weighted } of [
    { regParam: 0.05, elasticNetParam: 0, kind: 'multinomial', weighted: false },
    { regParam: 0.02, elasticNetParam: 0.5, kind: 'multinomial', weighted: true },
    { regParam: 0.01, elasticNetParam: 0, kind: 'binary', weighted: true },
  ] as const) {
    const name = `${kind}, regParam ${regParam}, elastic net ${elasticNetParam}${weighted ? ', weighted' : ''}`
    test(`it reaches the optimum of our own solver: ${name}`, async () => {
      const { dataset } = await indexed()
      const isBinary = kind === 'binary'
      const classes = Int32Array.from(made, ({ label }) => {
        const index = labels.indexOf(label)
        return isBinary ? Math.min(index, 1) : index
      })
      const head = await fitHead({
        features: { data, rows, columns },
        kind,
        labels: isBinary ? labels.slice(0, 2) : labels,
        classes,
        regParam,
        elasticNetParam,
        ...(weighted ? { sampleWeights } : {}),
        ...accurate,
      })
      const fit = await fitLogisticRegression({
        session,
        dataset: dataset.select('features', 'least(index, 1D) AS one', 'index', 'weight'),
        featuresColumn: 'features',
        labelColumn: isBinary ? 'one' : 'index',
        ...(weighted ? { weightColumn: 'weight' } : {}),
        params: { regParam, elasticNetParam, ...accurate },
      })
      assert.equal(fit.outputs, isBinary ? 1 : 3)
      assert.equal(fit.columns, columns)
      const objective = fit.objectiveHistory.at(-1) ?? Number.NaN
      const gap = Math.abs(objective - head.objective) / head.objective
      assert.ok(gap < 1e-6, `MLlib ${objective}, ours ${head.objective}`)
      for (const [at, coefficient] of fit.coefficients.entries()) {
        assert.ok(Math.abs(coefficient - (head.coefficients[at] ?? 0)) < 1e-3, `coefficient ${at}`)
      }
      for (const [at, intercept] of fit.intercepts.entries()) {
        assert.ok(Math.abs(intercept - (head.intercepts[at] ?? 0)) < 1e-2, `intercept ${at}`)
      }
      await fit.model[Symbol.asyncDispose]()
      await assert.rejects(fit.model.fetch('coefficientMatrix'), { code: 'spark_failed' })
    })
  }

  test('a saved pipeline is loaded by Spark itself, and predicts the same', async t => {
    const folder = await temporaryFolder(t)
    const [pipeline, input, output] = ['pipeline', 'input.parquet', 'output'].map(name =>
      join(folder, name),
    ) as [string, string, string]
    const { dataset, model: indexer } = await indexed()
    const fit = await fitLogisticRegression({
      session,
      dataset,
      featuresColumn: 'features',
      labelColumn: 'index',
      params: { regParam: 0.05 },
    })
    await savePipelineModel({ session, path: pipeline, stages: [indexer, fit.model] })
    await savePipelineModel({ session, path: pipeline, stages: [indexer, fit.model] })
    await table.write({ format: 'parquet', path: input, mode: 'error' })

    const stage = (await readdir(join(pipeline, 'stages'))).find(name => name.startsWith('1_')) ?? ''
    const loaded = await MlObject.load({
      session,
      model: 'org.apache.spark.ml.classification.LogisticRegressionModel',
      path: join(pipeline, 'stages', stage),
    })
    assert.deepEqual(readMatrix(await loaded.fetch('coefficientMatrix')).values, fit.coefficients)
    assert.equal(readNumber(await loaded.fetch('numClasses')), 3)

    const { program } = await findJava({ line: '4.0' })
    const { stdout: modules } = await promisify(execFile)(program, ['--list-modules'])
    if (!modules.includes('jdk.compiler') && process.env.CI !== 'true') {
      return t.skip('this Java has no compiler')
    }
    const args = javaArguments({
      home: await sparkHome({ line: '4.0' }),
      memory: '1g',
      temporary: folder,
      javaOptions: ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'],
      main: [join(import.meta.dirname, 'LoadPipeline.java'), pipeline, input, output],
    })
    await promisify(execFile)(program, args, {
      env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1' },
      timeout: 240_000,
    })
    const file = (await readdir(output)).find(name => name.endsWith('.json')) ?? ''
    const predicted = new Map<number, number>()
    for (const line of (await readFile(join(output, file), 'utf8')).trim().split('\n')) {
      const { id, prediction } = JSON.parse(line) as { id: number; prediction: number }
      predicted.set(id, prediction)
    }
    assert.equal(predicted.size, rows)
    for (const { id, embedding } of made) {
      const logits = [...fit.intercepts].map((intercept, output) =>
        embedding.reduce(
          (sum, value, column) => sum + value * (fit.coefficients[output * columns + column] ?? 0),
          intercept,
        ),
      )
      assert.equal(predicted.get(id), logits.indexOf(Math.max(...logits)), `row ${id}`)
    }
  })

  test('Spark 3.5 is told apart: its Connect server has no MLlib', async t => {
    const server = await startTestSpark(t, { line: '3.5' })
    await using old = await SparkSession.open({ address: server.address })
    const fitting = fitStringIndexer({
      session: old,
      dataset: old.sql("SELECT 'a' AS a"),
      inputColumn: 'a',
      outputColumn: 'b',
    })
    await assert.rejects(fitting, { code: 'spark_version' })
  })
})
