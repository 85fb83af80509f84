import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import type { RunRecord } from '../../catalog/RunRecord.ts'
import { smallHub } from '../operations/smallHub.ts'
import { commandLine, type ErrorDocument } from '../support/commandLine.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const root = pathToFileURL(join(import.meta.dirname, '../..')).href

/** A job on processors, as a person writes it. */
const embed = `
import { z } from '${root}/node_modules/zod/index.js'
import { cpuCluster } from '${root}/jobs/define/Cluster.ts'
import { defineJob } from '${root}/jobs/define/defineJob.ts'
export default defineJob({
  name: 'embed',
  describe: 'Embed',
  params: z.object({ hub: z.string(), model: z.string().default('pixels') }),
  models: ({ model }) => [model],
  cluster: cpuCluster({ release: 'emr-spark-8.0.0', workers: { type: 'm6i.4xlarge', count: 2 } }),
  pipeline: async () => [],
})
`

interface Estimate {
  readonly images: number
  readonly imagesFrom: string
  readonly rate: number
  readonly measured: { readonly runs: string[]; readonly of: string } | null
  readonly imagesPerSecond: number
}

test('what an estimate rests on comes from the hub: what is left to do, and the rate of earlier runs', async t => {
  const { hub, ingest, featurize, rows } = await smallHub(t)
  const folder = await temporaryFolder(t)
  const job = join(folder, 'embed.ts')
  await writeFile(job, embed)
  const uri = new URL(hub.storage.root).pathname
  const line = await commandLine(t)
  const cost = <T>(code: number, ...more: string[]) =>
    line.json<T>(code, 'emr', 'cost', job, '--hub', uri, ...more)
  await ingest()
  const [{ n: accepted } = {}] = await rows(
    "SELECT count(DISTINCT image_id) AS n FROM images WHERE verdict = 'accepted'",
  )
  assert.ok(Number(accepted) > 10)

  const none = await cost<ErrorDocument>(2)
  assert.match(none.error.message, /no run of featurize with pixels on cpu/)
  const given = await cost<Estimate>(0, '--rate', '20')
  assert.deepEqual([given.images, given.imagesFrom, given.measured], [accepted, 'hub', null])
  assert.equal(given.imagesPerSecond, 20 * 32)

  const { run_id } = await featurize()
  assert.equal((await cost<Estimate>(0, '--rate', '20')).images, 0)
  // The run was one of many images.
  const file = join(uri, `runs/${run_id}.json`)
  const record = JSON.parse(await readFile(file, 'utf8')) as RunRecord
  const stages = record.stages.map(stage => ({ ...stage, rows_out: 6000, seconds: 100, workers: 3 }))
  await writeFile(file, JSON.stringify({ ...record, stages }))
  const told = await cost<Estimate>(0, '--images', '1000')
  assert.deepEqual(
    [told.rate, told.measured?.of, told.measured?.runs, told.images, told.imagesFrom],
    [20, 'vCPU', [run_id], 1000, 'given'],
  )
  const { stdout } = await line.run('emr', 'cost', job, '--param', `hub=${uri}`)
  assert.match(stdout, /^0 images: the accepted ones of the hub that pixels has not seen$/m)
  assert.match(stdout, /^20\.0 images\/s of one vCPU, measured on one machine with 6000 images: \S+$/m)
  const ingesting = await line.json<ErrorDocument>(
    ...([2, 'emr', 'cost', 'ingest', '--hub', uri, '--rate', '20', '--param', 'from=x'] as const),
  )
  assert.match(ingesting.error.message, /how many ingest will find is not in the hub/)
})
