import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
// In a project of your own: from 'imagehub'.
import { type Engine, Hub, LocalEngine, readRows, SparkEngine } from '../../index.ts'
import { colourColumns } from './averageColour.ts'
import { colourPipeline, tintColumns } from './colourPipeline.ts'

// node examples/averageColour/main.ts --hub HUB [--master local[2] [--spark-version 3.5]]: on Spark where a master is named.
const { values } = parseArgs({
  options: { hub: { type: 'string' }, master: { type: 'string' }, 'spark-version': { type: 'string' } },
})
const { hub: uri = 'demo-hub/hub', master, 'spark-version': line } = values

function openEngine(): Engine {
  if (master === undefined) return new LocalEngine()
  return new SparkEngine({
    master,
    logFile: 'average-colour-spark.log',
    line: line === '3.5' ? '3.5' : '4.0',
  })
}

const hub = await Hub.open(uri)
const workFolder = await mkdtemp(join(tmpdir(), 'average-colour-'))
const engine = openEngine()
const stop = new AbortController()
process.once('SIGINT', () => stop.abort(new Error('stopped')))
try {
  const { outputs } = await engine.run({
    pipeline: colourPipeline,
    inputs: hub.tableFiles(await hub.latestSnapshot(), ['images']),
    storage: hub.storage,
    workFolder,
    signal: stop.signal,
  })
  for await (const rows of readRows(outputs.colours ?? [], colourColumns))
    for (const { image_id, red, green, blue, problem } of rows)
      console.log(
        [image_id, problem ?? [red, green, blue].map(value => value?.toFixed(1)).join(' ')].join('\t'),
      )
  for await (const rows of readRows(outputs.tints ?? [], tintColumns))
    for (const { tint, photos } of rows) console.log(`${tint}: ${photos} photos`)
} finally {
  await engine[Symbol.asyncDispose]()
  // What machines exchanged by way of the hub, and this one's own folder.
  await hub.removeSharedWork(basename(workFolder))
  await rm(workFolder, { recursive: true, force: true })
  await hub.close()
}
