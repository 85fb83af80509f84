import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { collectNumbers } from '../engines/spark/collectNumbers.ts'
import { openSpark } from '../engines/spark/openSpark.ts'
import { type SparkLine, sparkLines } from '../engines/spark/setup/sparkLines.ts'
import { commandProtocol, encodeStageCommand } from '../engines/spark/worker/StageCommand.ts'
import { sparkDdl } from '../tables/defineTable.ts'
import { conditions } from './conditions.ts'
import { median } from './median.ts'
import { cpuSeconds, peakResident, processTree } from './processTree.ts'
import { pysparkEnvironment } from './pysparkEnvironment.ts'
import countBytes, { countedBytes } from './stages/countBytes.ts'

// Method: blobs of 100,000 bytes, which cost the JVM nothing to make (a constant), go through mapInArrow on local[2], 64 to an Arrow batch,
// into a function that counts bytes and gives one row for each batch; Spark adds these up. imagehub's workers and PySpark of the same release
// take turns, each in a Spark of its own with a heap of 1 GB that stays warm; after one run to warm up the median of `--rounds` counts. The time
// is that of the whole query. --alone leaves PySpark out; --profile FOLDER has our workers write
// CPU profiles, for which they start anew for each task.
const { values } = parseArgs({
  options: {
    line: { type: 'string', default: '4.0' },
    rounds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '50000' },
    alone: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
})
const line = values.line as SparkLine
if (!sparkLines.includes(line)) throw new Error(`--line is one of ${sparkLines.join(', ')}`)
const rounds = Number(values.rounds)
const rows = Number(values.rows)
const blobBytes = 100_000
const batchRows = 64
const leastRate = 10_000
const blobs = `SELECT CAST(repeat('0123456789', ${blobBytes / 10}) AS BINARY) AS blob FROM range(0, ${rows}, 1, 2)`

interface Contender {
  /** The process that has its JVM and workers below it. */
  readonly pid: number
  /** @returns seconds */
  run(): Promise<number>
}

await using stack = new AsyncDisposableStack()
const folder = await mkdtemp(join(tmpdir(), 'imagehub-transport-'))
stack.defer(() => rm(folder, { recursive: true, force: true }))
console.log(`${conditions()}, Spark ${line} on local[2], ${rows} blobs of ${blobBytes} bytes`)
const contenders = new Map<string, Contender>([['imagehub', await startImagehub()]])
if (!values.alone) contenders.set('PySpark', await startPyspark())
const rates = new Map<string, number[]>([...contenders.keys()].map(name => [name, []]))
for (let round = 0; round <= rounds; round++)
  for (const [name, contender] of contenders) {
    const before = cpuSeconds(contender.pid)
    const rate = rows / (await contender.run())
    const after = cpuSeconds(contender.pid)
    const cpu = (part: 'jvm' | 'workers') =>
      `${part} ${(((after[part] - before[part]) * 1e6) / rows).toFixed(0)}`
    const warmUp = round === 0
    if (!warmUp) rates.get(name)?.push(rate)
    console.log(
      `${warmUp ? 'to warm up' : `round ${round}`}, ${name}: ${Math.round(rate)} rows/s; CPU microseconds a row: ${cpu('jvm')}, ${cpu('workers')}`,
    )
  }
for (const [name, { pid }] of contenders) {
  // PySpark is started by this process, which has imagehub's JVM below it.
  const others = new Set(
    [...contenders.values()].flatMap(other =>
      other.pid === pid || other.pid === process.pid ? [] : processTree(other.pid).map(({ pid }) => pid),
    ),
  )
  const workers = processTree(pid).filter(({ pid, part }) => part === 'workers' && !others.has(pid))
  const peaks = workers.map(({ pid }) => Math.round(peakResident(pid)))
  console.log(`${name}: resident at most ${peaks.join(', ')} MB in its worker processes`)
}
const ours = median(rates.get('imagehub') ?? [])
const reached = ours >= leastRate
const theirs = median(rates.get('PySpark') ?? [])
console.log(
  `${reached ? 'reached' : 'MISSED'}: ${Math.round(ours)} rows/s, at least ${leastRate}; PySpark ${Math.round(theirs)}, ratio ${(ours / theirs).toFixed(2)}; load now ${loadavg()[0]?.toFixed(1)}`,
)
if (!reached) process.exitCode = 1
// Workers that idle for a while end by themselves, and write their profiles.
if (values.profile !== undefined) await sleep(10_000)

async function startImagehub(): Promise<Contender> {
  const { profile } = values
  if (profile !== undefined) await mkdir(profile, { recursive: true })
  const env: Record<string, string> =
    profile === undefined
      ? {}
      : {
          NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}`,
          IMAGEHUB_WORKER_IDLE_SECONDS: '4',
          IMAGEHUB_WORKER_THREAD_IDLE_SECONDS: '2',
        }
  const spark = stack.use(
    await openSpark(
      {
        line,
        master: 'local[2]',
        logFile: join(folder, 'spark.log'),
        server: { env },
        ...(profile === undefined ? {} : { conf: { 'spark.python.worker.reuse': 'false' } }),
      },
      new AbortController().signal,
    ),
  )
  const { session, shipping } = spark
  await session.setConfig({ 'spark.sql.execution.arrow.maxRecordsPerBatch': String(batchRows) })
  const command = encodeStageCommand({
    protocol: commandProtocol,
    stage: countBytes.name,
    bundle: await shipping.bundle(countBytes.module),
    params: {},
    kind: 'aggregate',
    carry: [],
    output: Object.entries(countedBytes).map(([name, { type, nullable }]) => [name, type, nullable] as const),
  })
  return {
    pid: process.pid,
    async run() {
      const start = performance.now()
      const counted = await session
        .sql(blobs)
        .mapInArrow({ name: countBytes.name, command, output: sparkDdl(countedBytes) })
      const sums = counted.select('sum(blobs) AS blobs', 'sum(bytes) AS bytes')
      check(await collectNumbers(sums, ['blobs', 'bytes']))
      return (performance.now() - start) / 1000
    },
  }
}

async function startPyspark(): Promise<Contender> {
  const { python, environment, description } = pysparkEnvironment(line)
  console.log(`PySpark: ${description}`)
  const log = await open(join(folder, 'pyspark.log'), 'a')
  const script = join(import.meta.dirname, 'pyspark/transport.py')
  const child = spawn(python, [script, JSON.stringify({ folder, batchRows })], {
    stdio: ['pipe', 'pipe', log.fd],
    env: environment,
  })
  await log.close()
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('Python has no pipes')
  const ended = new Promise(resolve => child.once('exit', resolve))
  stack.defer(async () => {
    stdin.end()
    await ended
  })
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  return {
    pid: child.pid ?? 0,
    async run() {
      stdin.write(`${JSON.stringify({ blobs })}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error('Python ended early')
      const answer = JSON.parse(value) as { seconds: number; blobs: number; bytes: number }
      check(answer)
      return answer.seconds
    },
  }
}

function check({ blobs, bytes }: { readonly blobs: number; readonly bytes: number }): void {
  if (blobs !== rows || bytes !== rows * blobBytes)
    throw new Error(`${blobs} blobs of ${bytes} bytes came through, of ${rows} of ${rows * blobBytes}`)
}
