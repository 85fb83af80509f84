import { join } from 'node:path'
import type { Engine } from '../engines/Engine.ts'
import { LocalEngine } from '../engines/local/LocalEngine.ts'
import { SparkEngine } from '../engines/spark/SparkEngine.ts'
import type { SparkLine } from '../engines/spark/setup/sparkLines.ts'
import { openStorage } from '../storage/openStorage.ts'
import { runFeaturizeStage } from './featurizeRun.ts'
import type { FeaturizeScene } from './featurizeScene.ts'
import timedFeaturize from './stages/timedFeaturize.ts'

// A contender of sparkFeaturize.bench.ts in a process of its own: node sparkFeaturizeRun.ts RUN, which is JSON. Prints when it had an engine
// that is ready, and how many rows came out.

export interface SparkFeaturizeRun {
  readonly way: 'local' | 'spark'
  readonly line: SparkLine
  readonly input: string
  readonly model: FeaturizeScene['model']
  readonly folder: string
  readonly progress: string
}

const { way, line, input, model, folder, progress } = JSON.parse(process.argv[2] ?? '') as SparkFeaturizeRun
await using engine: Engine =
  way === 'local'
    ? new LocalEngine({ workers: 2 })
    : new SparkEngine({ line, master: 'local[2]', logFile: join(folder, 'spark.log') })
// Starts the server and opens the session.
await engine.run({
  pipeline: { name: 'nothing', inputs: {}, steps: [], outputs: {} },
  inputs: {},
  storage: openStorage(folder),
  workFolder: join(folder, 'nothing'),
  signal: new AbortController().signal,
})
const ready = Date.now()
const stage = timedFeaturize
const { rows_out } = await runFeaturizeStage({ stage, model, input, folder, engine, params: { progress } })
console.log(JSON.stringify({ ready, rows: rows_out }))
