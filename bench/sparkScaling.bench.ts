import { execFileSync } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SparkEngine } from '../engines/spark/SparkEngine.ts'
import { type SparkLine, sparkLines } from '../engines/spark/setup/sparkLines.ts'
import { startSparkCluster } from '../test/support/sparkCluster.ts'
import { conditions } from './conditions.ts'
import { runFeaturizeStage } from './featurizeRun.ts'
import { type FeaturizeScene, setFeaturizeScene } from './featurizeScene.ts'
import { median } from './median.ts'
import { readProgress, steadyPart } from './progressFiles.ts'
import timedFeaturize from './stages/timedFeaturize.ts'

// Method: featurize with the real model on a standalone cluster of this machine, of one worker of one core and of two, in turn, each cluster
// started anew. Every worker is held to a core of its own (taskset), as if it were a machine: without that, a single worker's decoding
// would run on the idle core beside its inference. Twice the workers get twice the images. Rates are steady ones (from 10 % to 95 % of the
// rows); the ratio is taken within a round, the median counts. Driver, master and Connect server use the same cores.
const { values } = parseArgs({
  options: {
    line: { type: 'string', default: '4.0' },
    rounds: { type: 'string', default: '2' },
    images: { type: 'string', default: '320' },
  },
})
const line = values.line as SparkLine
if (!sparkLines.includes(line)) throw new Error(`--line is one of ${sparkLines.join(', ')}`)
const rounds = Number(values.rounds)
const images = Number(values.images)
const leastRatio = 1.8

if (availableParallelism() < 2) throw new Error('two workers of one core need two cores')
await using scene = await setFeaturizeScene()
console.log(`${conditions()}, Spark ${line}, ${images} images a worker`)
const ratios: number[] = []
for (let round = 1; round <= rounds; round++) {
  const one = await rateWith(1)
  const two = await rateWith(2)
  ratios.push(two / one)
  console.log(
    `round ${round}: one worker ${one.toFixed(1)} images/s, two ${two.toFixed(1)}, ratio ${(two / one).toFixed(2)}`,
  )
}
const ratio = median(ratios)
const reached = ratio >= leastRatio
console.log(
  `${reached ? 'reached' : 'MISSED'}: two workers / one, median ${ratio.toFixed(2)}, at least ${leastRatio}; load now ${loadavg()[0]?.toFixed(1)}`,
)
if (!reached) process.exitCode = 1

async function rateWith(workers: number): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const scope = { after: (end: () => unknown) => void stack.defer(async () => void (await end())) }
  const cluster = await startSparkCluster(scope, { line, workers })
  for (const [core, { pid }] of cluster.workers.entries())
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)])
  const folder = await mkdtemp(join(scene.folder, 'run-'))
  const progress = await mkdtemp(join(folder, 'progress-'))
  const engine = stack.use(
    new SparkEngine({
      line,
      master: cluster.master,
      logFile: join(folder, 'spark.log'),
      conf: { 'spark.executor.memory': '600m' },
      server: { isolation: cluster.isolation },
    }),
  )
  await featurizeImages(engine, { model: scene.model, folder, progress, count: workers * images })
  return steadyPart(await readProgress(progress)).rate
}

async function featurizeImages(
  engine: SparkEngine,
  options: {
    readonly model: FeaturizeScene['model']
    readonly folder: string
    readonly progress: string
    readonly count: number
  },
): Promise<void> {
  const { model, folder, progress, count } = options
  const input = await scene.input(count)
  const { rows_out } = await runFeaturizeStage({
    stage: timedFeaturize,
    model,
    input,
    folder,
    engine,
    params: { progress },
  })
  if (rows_out !== count) throw new Error(`${rows_out} rows for ${count} images`)
}
