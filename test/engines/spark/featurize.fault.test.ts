import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '../../../engines/Engine.ts'
import { LocalEngine } from '../../../engines/local/LocalEngine.ts'
import { Random } from '../../../samples/Random.ts'
import { featurizeInput, featurizeOutput } from '../../../stages/featurize/columns.ts'
import featurize from '../../../stages/featurize/featurize.ts'
import { openStorage } from '../../../storage/openStorage.ts'
import { withDuckdb } from '../../../tables/duckdb.ts'
import { readParquet } from '../../../tables/sqlText.ts'
import { drawnPhotos, pixelManifest, writeFiles, writePixelModel } from '../../support/drawnPhotos.ts'
import { writeFeaturizeInput } from '../../support/featurizeInput.ts'
import { sparkForTests } from '../../support/spark.ts'
import { startSparkCluster } from '../../support/sparkCluster.ts'
import { testSparkEngine } from '../../support/sparkEngine.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { resultFiles } from '../local/doublingRun.ts'
import { anyOf, living, nodesOf, seed, strike, untilIdle } from './faultScene.ts'

const line = '4.0'
const { skip } = await sparkForTests([line])
const random = new Random(seed)
const images = 6000

test('whenever processes and machines fail during a featurize job, each image has its embedding once', {
  skip,
}, async t => {
  const folder = await temporaryFolder(t)
  const photos = join(folder, 'photos')
  const sound = [...(await drawnPhotos())].filter(([path]) => /\d\.jpg$/.test(path))
  await writeFiles(photos, new Map(sound.map(([path, bytes]) => [path.replace('/', '-'), bytes])))
  const input = await writeFeaturizeInput({ photos, count: images, folder })
  const modelPath = join(folder, 'pixels.onnx')
  await writePixelModel(modelPath)
  const cluster = await startSparkCluster(t, { line, workers: 2, cores: 1, memory: '700m', ownHosts: true })

  /** Rows of the run by image id. */
  async function embeddings(engine: Engine): Promise<unknown[]> {
    const folder = await temporaryFolder(t)
    const workFolder = join(folder, 'work')
    await mkdir(workFolder)
    await engine.run({
      pipeline: {
        name: 'faults',
        inputs: { to_do: featurizeInput },
        steps: [
          {
            kind: 'stage',
            name: 'embedded',
            stage: featurize,
            input: 'to_do',
            params: featurize.params.parse({ modelPath, model: pixelManifest }),
            identity: null,
            batchRows: 8,
          },
          {
            kind: 'query',
            name: 'result',
            sql: 'SELECT * FROM embedded',
            parameters: {},
            output: featurizeOutput,
          },
        ],
        outputs: {},
      },
      inputs: { to_do: [{ path: input }] },
      storage: openStorage(folder),
      workFolder,
      signal: new AbortController().signal,
    })
    return await withDuckdb({}, async connection => {
      const sql = `SELECT image_id, origin, code, embedding::VARCHAR AS embedding FROM ${readParquet(resultFiles(workFolder))} ORDER BY image_id`
      return (await connection.runAndReadAll(sql)).getRowObjectsJson()
    })
  }

  const undisturbed = await embeddings(new LocalEngine({ workers: 2 }))
  assert.equal(undisturbed.length, images)
  const disturbances: Record<string, () => unknown> = {
    'SIGKILL of a Node process': () => strike(anyOf(nodesOf(cluster, { apart: true })), 'SIGKILL'),
    'SIGSEGV of a Node process': () => strike(anyOf(nodesOf(cluster, { apart: false })), 'SIGSEGV'),
    'SIGKILL of an executor': () =>
      strike(anyOf(cluster.workers.flatMap(worker => worker.executors())), 'SIGKILL'),
    'a machine that fails': async () => {
      const victim = anyOf(living(cluster))
      victim?.killAll()
      await victim?.ended
      await cluster.startWorker()
    },
  }
  const engine = await testSparkEngine(t, { line, master: cluster.master })
  for (const [name, disturb] of Object.entries(disturbances))
    await t.test(name, async t => {
      let times = 0
      for (let run = 0; run < 2; run++) {
        let over = false
        let disturbed = false
        const delay = random.whole(0, 2000)
        const disturbing = (async () => {
          while (!over && nodesOf(cluster, { apart: false }).length < 2) await sleep(10)
          await sleep(delay)
          if (over) return
          disturbed = (await disturb()) !== false
          if (disturbed) times++
        })()
        const found = await embeddings(engine).finally(() => {
          over = true
        })
        await disturbing
        t.diagnostic(
          `SEED=${seed}, ${delay} ms after its workers started: ${disturbed ? 'disturbed' : 'over'}`,
        )
        assert.deepEqual(found, undisturbed, `SEED=${seed}`)
      }
      assert.ok(times > 0, `the jobs were over before they were disturbed, SEED=${seed}`)
    })
  await engine[Symbol.asyncDispose]()
  await untilIdle(cluster)
})
