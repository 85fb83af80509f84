import { spawn } from 'node:child_process'
import { mkdtemp, open, readFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type SparkLine, sparkLines } from '../engines/spark/setup/sparkLines.ts'
import { conditions } from './conditions.ts'
import { featurizeBatchRows } from './featurizeRun.ts'
import { setFeaturizeScene } from './featurizeScene.ts'
import { median } from './median.ts'
import { readProgress, steadyPart } from './progressFiles.ts'
import { pysparkEnvironment } from './pysparkEnvironment.ts'
import type { SparkFeaturizeRun } from './sparkFeaturizeRun.ts'
import { type OfTree, watchTree } from './watchTree.ts'

// Method: the same links to the ~1024 px photos of open_images_jpeg and the same model go, in turn within each round, through
//   local               imagehub's local engine, two workers
//   spark               imagehub on Spark local[2]
//   fused               PySpark of the same release, mapInArrow: Pillow with draft mode and Python's onnxruntime, one session of one thread
//                       for each worker, batches of the same size, as many partitions; it neither hashes nor checks what it reads
//   two UDFs            PySpark, a pandas UDF that decodes and an iterator pandas UDF that predicts: array<float> goes through the JVM
//   two UDFs, plain     the same with a plain UDF that decodes
// each in processes of its own, from start to end, with a heap of 1 GB. All note when they finish a batch: the rate is the steady one (from 10 % to
// 95 % of the rows), start-up runs from the start of the process to the first batch. Memory is the greatest sum over the process tree
// (driver, JVM, workers) of proportional set sizes, sampled every second. Ratios are taken within a round, the median counts. The two UDFs get
// a quarter of the images.
const { values } = parseArgs({
  options: {
    line: { type: 'string', default: '4.0' },
    rounds: { type: 'string', default: '3' },
    images: { type: 'string', default: '640' },
    ways: { type: 'string', default: 'local;spark;fused;two UDFs;two UDFs, plain' },
  },
})
const line = values.line as SparkLine
if (!sparkLines.includes(line)) throw new Error(`--line is one of ${sparkLines.join(', ')}`)
const rounds = Number(values.rounds)
const images = Number(values.images)
const ways = values.ways.split(';')
/** As the engine plans them for two slots. */
const partitions = 6
/** Rows of an Arrow batch of pixels as floats: more than some 35 MB of them help nobody. */
const udfBatchRows = 32

interface Outcome {
  /** Images a second. */
  readonly rate: number
  /** For an image in the steady part: what a busy machine's clock hides. */
  readonly cpuMilliseconds: OfTree
  /** Seconds to the session (of the local engine: to its start). */
  readonly session: number
  /** Seconds to the first batch. */
  readonly startUp: number
  readonly total: number
  readonly memory: OfTree
}

const pyspark = pysparkEnvironment(line)
await using scene = await setFeaturizeScene()
const inputs = { all: await scene.input(images), quarter: await scene.input(Math.ceil(images / 4)) }
console.log(`${conditions()}, Spark ${line} on local[2], ${images} images`)
console.log(`PySpark: ${pyspark.description}`)
const outcomes = new Map<string, Outcome[]>(ways.map(way => [way, []]))
for (let round = 0; round < rounds; round++)
  for (const way of ways) {
    const outcome = await run(way)
    outcomes.get(way)?.push(outcome)
    const { rate, cpuMilliseconds, session, startUp, total, memory } = outcome
    console.log(
      `round ${round + 1}, ${way}: ${rate.toFixed(1)} images/s, ${ofTree(cpuMilliseconds, 1)} ms of CPU an image; first batch after ${startUp.toFixed(1)} s (session ${session.toFixed(1)} s), all after ${total.toFixed(1)} s; ${ofTree(memory, 0)} MB`,
    )
  }
judge()

function judge(): void {
  const ratio = (other: string) =>
    median(
      (outcomes.get('spark') ?? []).map(
        ({ rate }, round) => rate / (outcomes.get(other)?.[round]?.rate ?? Number.NaN),
      ),
    )
  const memory = (way: string) =>
    Math.max(...(outcomes.get(way) ?? []).map(({ memory: { all } }) => all), Number.NEGATIVE_INFINITY)
  const figures: [what: string, found: number, reached: boolean][] = []
  for (const [way, least] of [
    ['local', 0.9],
    ['fused', 1],
    ['two UDFs', 3],
    ['two UDFs, plain', 3],
  ] as const) {
    if (!ways.includes('spark') || !ways.includes(way)) continue
    figures.push([`spark / ${way} in images/s, at least ${least}`, ratio(way), ratio(way) >= least])
    if (way === 'local') continue
    const relative = memory('spark') / memory(way)
    figures.push([`memory of spark / ${way}, below 1`, relative, relative < 1])
  }
  for (const [what, found, reached] of figures) {
    console.log(`${reached ? 'reached' : 'MISSED'}: ${what}: ${found.toFixed(2)}`)
    if (!reached) process.exitCode = 1
  }
  console.log(`load now ${loadavg()[0]?.toFixed(1)}`)
}

async function run(way: string): Promise<Outcome> {
  const folder = await mkdtemp(join(scene.folder, 'run-'))
  const progress = await mkdtemp(join(folder, 'progress-'))
  const ofImagehub = way === 'local' || way === 'spark'
  const count = way.startsWith('two') ? Math.ceil(images / 4) : images
  const input = way.startsWith('two') ? inputs.quarter : inputs.all
  const { input: wanted, output } = scene.model.manifest
  const setting = ofImagehub
    ? ({ way, line, input, model: scene.model, folder, progress } satisfies SparkFeaturizeRun)
    : {
        way,
        input,
        folder,
        progress,
        partitions,
        batchRows: way === 'fused' ? featurizeBatchRows : udfBatchRows,
        model: {
          path: scene.model.path,
          height: wanted.height,
          width: wanted.width,
          input: wanted.name,
          output: output.name,
        },
      }
  const program = ofImagehub ? process.execPath : pyspark.python
  const script = join(import.meta.dirname, ofImagehub ? 'sparkFeaturizeRun.ts' : 'pyspark/featurize.py')
  const log = await open(join(folder, 'log'), 'a')
  const start = Date.now()
  const child = spawn(program, [script, JSON.stringify(setting)], {
    stdio: ['ignore', 'pipe', log.fd],
    env: ofImagehub ? process.env : pyspark.environment,
  })
  const watch = watchTree(child.pid ?? 0)
  let answer = ''
  for await (const chunk of child.stdout ?? []) answer += chunk
  const total = (Date.now() - start) / 1000
  const { memory, cpuSeconds } = watch()
  await log.close()
  const { ready, rows } = lastLine(answer, await readFile(join(folder, 'log'), 'utf8'))
  if (rows !== count) throw new Error(`${way} gave ${rows} rows for ${count} images`)
  const done = await readProgress(progress)
  const { rate, from, to, rows: steadyRows } = steadyPart(done)
  const { all, jvm, workers, driver } = cpuSeconds(from, to)
  const milliseconds = (seconds: number) => (1000 * seconds) / steadyRows
  return {
    rate,
    cpuMilliseconds: {
      all: milliseconds(all),
      jvm: milliseconds(jvm),
      workers: milliseconds(workers),
      driver: milliseconds(driver),
    },
    session: (ready - start) / 1000,
    startUp: ((done[0]?.milliseconds ?? Number.NaN) - start) / 1000,
    total,
    memory,
  }
}

function lastLine(answer: string, log: string): { readonly ready: number; readonly rows: number } {
  const last = answer.trim().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) throw new Error(`it ended without an answer: ${answer}\n${log.slice(-4000)}`)
  return JSON.parse(last) as { ready: number; rows: number }
}

function ofTree({ all, jvm, workers, driver }: OfTree, digits: number): string {
  const [total, ...parts] = [all, jvm, workers, driver].map(part => part.toFixed(digits))
  return `${total} (JVM ${parts[0]}, workers ${parts[1]}, driver ${parts[2]})`
}
