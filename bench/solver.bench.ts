import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, homedir, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { type FittedHead, fitHead } from '../models/heads/fitHead.ts'
import { LossEvaluator } from '../models/heads/LossEvaluator.ts'
import { Random } from '../models/heads/Random.ts'

// Method: features like pooled activations (not negative, correlated, means away from zero), drawn from a seed. Each setting is
// solved by imagehub at its default tolerance and by scikit-learn's lbfgs at three, in turn, `--repeats` times; the fastest run of
// each counts. imagehub's time holds all it does from the raw features on; scikit-learn is given a copy standardised beforehand,
// which is not timed, in float32, where it is faster than in float64. Gaps are relative to a lower bound of the optimum: the
// Fenchel dual in float64 (numpy) of a run of imagehub at a tolerance of 1e-11, so that no solver vouches for itself.
// scikit-learn's lbfgs has no elastic net: there its L2 run is the one to compare with. The ratio is to its fastest run within
// 1e-6 of the optimum, or the most exact one where none is. CPU seconds tell what a busy machine's wall clock hides.

const pythonPackages = ['numpy==2.4.6', 'scikit-learn==1.9.1']

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '40000' },
    columns: { type: 'string', default: '2048' },
    classes: { type: 'string', default: '10' },
    threads: { type: 'string', default: String(availableParallelism()) },
    repeats: { type: 'string', default: '2' },
    'reg-params': { type: 'string', default: '0.05,0.005' },
    'elastic-net-param': { type: 'string', default: '0.5' },
  },
})
const rows = Number(values.rows)
const columns = Number(values.columns)
const classes = Number(values.classes)
const threads = Number(values.threads)
const repeats = Number(values.repeats)
const regParams = values['reg-params'].split(',').map(Number)
const elasticNetParam = Number(values['elastic-net-param'])

interface Timing {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly iterations: number
}
interface Evaluated {
  readonly objective: number
  /** No model has a lower objective. */
  readonly bound: number
}

const { data, labels } = drawn()
const folder = await mkdtemp(join(tmpdir(), 'imagehub-solver-'))
try {
  await report()
} finally {
  await rm(folder, { recursive: true })
}

async function report(): Promise<void> {
  console.log(`${rows} x ${columns}, ${classes} classes, ${threads} threads, least of ${repeats}`)
  console.log(
    `${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}, ${machineState()}`,
  )
  await reportLimit()
  const python = await startPython()
  for (const regParam of regParams) {
    const table: (Row & { readonly ratio?: number })[] = []
    const scikit = [1e-4, 1e-5, 1e-6].map(tol => ({ tol, runs: [] as (Timing & Evaluated)[] }))
    const ours = [0, elasticNetParam].map(elasticNetParam => ({
      elasticNetParam,
      runs: [] as (Timing & Evaluated)[],
    }))
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const { elasticNetParam, runs } of ours) runs.push(await solve(python, regParam, elasticNetParam))
      for (const { tol, runs } of scikit) {
        runs.push((await python.ask({ fit: { regParam, tol } })) as Timing & Evaluated)
      }
    }
    const exact = new Map<number, Timing & Evaluated>()
    for (const { elasticNetParam } of ours) {
      exact.set(elasticNetParam, await solve(python, regParam, elasticNetParam, 1e-11))
    }
    const scikitRows = scikit.map(({ tol, runs }) =>
      row(`scikit-learn, tol ${tol.toExponential()}`, 0, regParam, runs, exact),
    )
    // Its fastest run within 1e-6 of the optimum; where none is, its most exact one.
    const [rival] = scikitRows.toSorted(
      (a, b) => Math.max(a.gap, 1e-6) - Math.max(b.gap, 1e-6) || a.seconds - b.seconds,
    )
    for (const { elasticNetParam, runs } of ours) {
      const found = row('imagehub', elasticNetParam, regParam, runs, exact)
      const best = exact.get(elasticNetParam)
      table.push({ ...found, ratio: found.seconds / (rival?.seconds ?? Number.NaN) })
      if (best !== undefined) table.push(row('imagehub, tol 1e-11', elasticNetParam, regParam, [best], exact))
    }
    table.push(...scikitRows)
    console.table(
      table.map(entry => ({
        ...entry,
        seconds: entry.seconds.toFixed(2),
        cpuSeconds: entry.cpuSeconds.toFixed(2),
        gap: entry.gap.toExponential(1),
        ratio: entry.ratio?.toFixed(2) ?? '',
      })),
    )
  }
  python.end()
  console.log(`at the end: ${machineState()}`)
}

interface Row extends Timing {
  readonly solver: string
  readonly regParam: number
  readonly elasticNetParam: number
  /** Objective over the bound of the optimum, relative. */
  readonly gap: number
}

/** The fastest run. */
function row(
  solver: string,
  elasticNetParam: number,
  regParam: number,
  runs: readonly (Timing & Evaluated)[],
  exact: ReadonlyMap<number, Evaluated>,
): Row {
  const best = runs.reduce((a, b) => (b.seconds < a.seconds ? b : a))
  const bound = exact.get(elasticNetParam)?.bound ?? Number.NaN
  const { seconds, cpuSeconds, iterations, objective } = best
  return {
    solver,
    regParam,
    elasticNetParam,
    seconds,
    cpuSeconds,
    iterations,
    gap: (objective - bound) / bound,
  }
}

/** Time of one evaluation of loss and gradient, and of reading the features once. */
async function reportLimit(): Promise<void> {
  const targets = new Float32Array(rows * classes)
  labels.forEach((label, at) => {
    targets[at * classes + label] = 1
  })
  const tasks = [{ targets, weights: new Float32Array(rows).fill(1) }]
  const features = { data, rows, columns }
  await using evaluator = await LossEvaluator.open({
    features,
    outputs: classes,
    link: 'softmax',
    tasks,
    origin: new Float32Array(columns),
    threads,
  })
  const model = { coefficients: new Float64Array(classes * columns), intercepts: new Float64Array(classes) }
  const evaluation = await least(async () => {
    await evaluator.evaluate([0], model)
  })
  const read = await readOnce()
  const bytes = data.byteLength
  const flops = 4 * rows * columns * classes
  console.log(
    [
      `one evaluation ${milliseconds(evaluation)}: ${(flops / evaluation / 1e9).toFixed(0)} GFLOP/s on ${(bytes / 1e6).toFixed(0)} MB of features`,
      `reading the features once, the limit of any method, ${milliseconds(read)} (${(bytes / read / 1e9).toFixed(1)} GB/s): an evaluation takes ${(evaluation / read).toFixed(1)} times as long`,
    ].join('\n'),
  )
}

/** Seconds to read all features with the same runtime and threads, by taking the greatest of each block of rows. */
async function readOnce(): Promise<number> {
  const { OnnxGraph } = await import('../models/onnx/OnnxGraph.ts')
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const graph = new OnnxGraph({ name: 'read' })
  const x = graph.input('x', 'float32', ['N', columns])
  graph.output('max', graph.node('ReduceMax', [x], { axes: [1], keepdims: 0 }), 'float32', ['N'])
  const session = await InferenceSession.create(graph.toBytes(), { intraOpNumThreads: threads })
  const tensor = new Tensor('float32', data, [rows, columns])
  const seconds = await least(async () => {
    await session.run({ x: tensor })
  })
  await session.release()
  return seconds
}

async function least(run: () => Promise<void>): Promise<number> {
  let seconds = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < 6; turn++) {
    const start = performance.now()
    await run()
    seconds = Math.min(seconds, (performance.now() - start) / 1000)
  }
  return seconds
}

async function solve(
  python: Python,
  regParam: number,
  elasticNetParam: number,
  tolerance?: number,
): Promise<Timing & Evaluated> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  const head: FittedHead = await fitHead({
    features: { data, rows, columns },
    kind: 'multinomial',
    labels: Array.from({ length: classes }, (_, at) => `class${at}`),
    classes: labels,
    regParam,
    elasticNetParam,
    tolerance,
    maxIterations: 10_000,
    threads,
  })
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const coefficients = join(folder, 'coefficients')
  const intercepts = join(folder, 'intercepts')
  await writeFile(coefficients, head.coefficients)
  await writeFile(intercepts, head.intercepts)
  const evaluated = (await python.ask({
    check: { coefficients, intercepts, regParam, elasticNetParam },
  })) as Evaluated
  return { seconds, cpuSeconds: (user + system) / 1e6, iterations: head.iterations, ...evaluated }
}

interface Python {
  ask(request: unknown): Promise<unknown>
  end(): void
}

async function startPython(): Promise<Python> {
  const environment = join(process.env.IMAGEHUB_CACHE ?? join(homedir(), '.cache/imagehub'), 'bench-python')
  const executable = join(environment, 'bin/python')
  if (!existsSync(executable)) execFileSync('python3', ['-m', 'venv', environment])
  execFileSync(executable, ['-m', 'pip', 'install', '--quiet', ...pythonPackages])
  await writeFile(join(folder, 'features'), data)
  await writeFile(join(folder, 'labels'), labels)
  const child = spawn(executable, [join(import.meta.dirname, 'solverReference.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) },
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (request: unknown) => {
    child.stdin.write(`${JSON.stringify(request)}\n`)
    const { value, done } = await lines.next()
    if (done) throw new Error('Python ended early')
    return JSON.parse(value) as unknown
  }
  const setup = { rows, columns, classes, features: join(folder, 'features'), labels: join(folder, 'labels') }
  console.log(JSON.stringify(await ask(setup)))
  return { ask, end: () => child.stdin.end() }
}

/** Rectified features of noisy classes with 24 common factors. */
function drawn(): { data: Float32Array; labels: Int32Array } {
  const factors = 24
  const random = new Random(1)
  const uniform = () => (random.bits() + 0.5) / 2 ** 32
  const table = Float32Array.from(
    { length: 1 << 16 },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  )
  const gaussian = () => table[random.bits() & 0xffff] as number
  const centres = Float32Array.from({ length: classes * columns }, () => 0.15 * gaussian())
  const loadings = Float32Array.from({ length: factors * columns }, () => 0.3 * gaussian())
  const data = new Float32Array(rows * columns)
  const labels = Int32Array.from({ length: rows }, () => random.below(classes))
  for (let row = 0; row < rows; row++) {
    const features = data.subarray(row * columns, (row + 1) * columns)
    const centre = (labels[row] as number) * columns
    for (let j = 0; j < columns; j++) features[j] = gaussian() + (centres[centre + j] as number) + 0.3
    for (let factor = 0; factor < factors; factor++) {
      const score = gaussian()
      for (let j = 0; j < columns; j++) {
        features[j] = (features[j] as number) + score * (loadings[factor * columns + j] as number)
      }
    }
    for (let j = 0; j < columns; j++) features[j] = Math.max(0, features[j] as number) / 2
  }
  return { data, labels }
}

function machineState(): string {
  return `load ${loadavg()
    .map(load => load.toFixed(2))
    .join(' ')}`
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(1)} ms`
}
