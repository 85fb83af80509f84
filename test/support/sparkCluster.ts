import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Isolation } from '../../engines/spark/server/isolation.ts'
import { JavaProcess } from '../../engines/spark/server/JavaProcess.ts'
import { javaArguments } from '../../engines/spark/server/javaArguments.ts'
import { loggingText } from '../../engines/spark/server/loggingText.ts'
import { namespaceCommand } from '../../engines/spark/server/namespaceCommand.ts'
import { signalGroup } from '../../engines/spark/server/signalGroup.ts'
import { findJava } from '../../engines/spark/setup/findJava.ts'
import { runTool } from '../../engines/spark/setup/runTool.ts'
import { sparkHome } from '../../engines/spark/setup/sparkHome.ts'
import { type SparkLine, sparkReleases } from '../../engines/spark/setup/sparkLines.ts'
import type { Scope } from './temporaryFolder.ts'

export interface SparkClusterOptions {
  readonly line: SparkLine
  /** @default 2 */
  readonly workers?: number
  /** Of each worker. @default 1 */
  readonly cores?: number
  /** What each worker offers to executors. @default 1g */
  readonly memory?: string
  /** Each worker has an address of its own (127.0.0.2, 127.0.0.3, ...): Spark gives no second copy of a task to the same host. @default false */
  readonly ownHosts?: boolean
  /** Whether a cluster of 3.5 gets a network namespace; a caller that is in one itself has it there. @default true */
  readonly ownNetwork?: boolean
}

export interface ClusterWorker {
  readonly pid: number
  /** Process ids of its executors' JVMs. */
  executors(): number[]
  /** Process ids of the Node processes that its executors run tasks in, and of their children. */
  nodes(): number[]
  /** Kills the worker alone; its executors notice and end. */
  kill(signal: NodeJS.Signals): void
  /** Kills the worker and all that it runs, as when its machine fails. */
  killAll(): void
  readonly ended: Promise<string>
}

/** A standalone cluster on 127.0.0.1, each part a JVM of its own, with Spark's own scripts' class names. */
export interface SparkCluster {
  /** spark://127.0.0.1:port */
  readonly master: string
  readonly masterPid: number
  readonly workers: readonly ClusterWorker[]
  /** What `startSparkServer` needs to reach it: a cluster of 3.5 is in a network namespace, as its Connect server has to be. */
  readonly isolation: Isolation
  startWorker(): Promise<ClusterWorker>
  /** Names of the applications that run now, as its master says. */
  applications(): Promise<string[]>
}

/** On a busy machine. */
const startMilliseconds = 120_000

/** Starts a cluster that ends with the test. */
export async function startSparkCluster(test: Scope, options: SparkClusterOptions): Promise<SparkCluster> {
  const { line, workers: count = 2, cores = 1, memory = '1g', ownHosts = false, ownNetwork = true } = options
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-cluster-'))
  const parts: JavaProcess[] = []
  const workers: ClusterWorker[] = []
  let holder: ChildProcess | undefined
  test.after(async () => {
    await Promise.all(parts.map(part => part.stop(0)))
    holder?.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  })
  if (!sparkReleases[line].protectsItself && ownNetwork) holder = await holdNamespace()
  const isolation: Isolation = holder?.pid === undefined ? 'token' : { namespaceOf: holder.pid }
  const within = namespaceCommand(isolation)
  const start = partStarter({ line, folder, within, parts })

  const host = ['--host', '127.0.0.1', '--webui-port', '0']
  const master = await start('master', ['org.apache.spark.deploy.master.Master', ...host, '--port', '0'], {
    url: /Starting Spark master at (spark:\/\/127\.0\.0\.1:\d+)/,
    ui: /Successfully started service 'MasterUI' on port (\d+)/,
  })
  const startWorker = async () => {
    const name = `worker-${workers.length}`
    const given = ['--cores', String(cores), '--memory', memory, '--work-dir', join(folder, name)]
    const own = ['--host', ownHosts ? `127.0.0.${workers.length + 2}` : '127.0.0.1', '--webui-port', '0']
    const { process: worker } = await start(
      name,
      ['org.apache.spark.deploy.worker.Worker', ...own, ...given, master.said.url],
      { registered: /(Successfully registered with master)/ },
    )
    const { pid, ended } = worker
    const made: ClusterWorker = {
      pid,
      ended,
      executors: () => processesOf(pid, 'CoarseGrainedExecutorBackend'),
      nodes: () => processesOf(pid, 'worker.mjs'),
      kill: signal => process.kill(pid, signal),
      killAll: () => signalGroup(pid, 'SIGKILL'),
    }
    workers.push(made)
    return made
  }
  for (let number = 0; number < count; number++) await startWorker()
  return {
    master: master.said.url,
    masterPid: master.process.pid,
    workers,
    isolation,
    startWorker,
    async applications() {
      const code = `fetch('http://127.0.0.1:${master.said.ui}/json/').then(a => a.text()).then(t => console.log(t))`
      const [program = '', ...args] = [...within, process.execPath, '-e', code]
      const state = JSON.parse(await runTool({ program, args })) as { activeapps: { name: string }[] }
      return state.activeapps.map(({ name }) => name)
    },
  }
}

/** Waits for what a process says in its log. */
function partStarter(options: {
  readonly line: SparkLine
  readonly folder: string
  readonly within: readonly string[]
  readonly parts: JavaProcess[]
}) {
  const { line, folder, within, parts } = options
  return async <Key extends string>(
    name: string,
    main: readonly string[],
    expected: Readonly<Record<Key, RegExp>>,
  ): Promise<{ readonly process: JavaProcess; readonly said: Record<Key, string> }> => {
    const home = await sparkHome({ line })
    const { program } = await findJava({ line })
    const own = join(folder, name)
    await mkdir(own)
    const logging = join(own, 'log4j2.properties')
    await writeFile(logging, loggingText)
    const log = await open(join(own, 'log'), 'a')
    const javaOptions = [
      `-Dlog4j2.configurationFile=${logging}`,
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
    ]
    const args = javaArguments({ home, main, memory: '256m', temporary: own, javaOptions })
    const [command = program, ...rest] = [...within, program, ...args]
    const part = await JavaProcess.start({
      program: command,
      args: rest,
      folder: own,
      output: log.fd,
      environment: {
        ...process.env,
        SPARK_HOME: home,
        SPARK_SCALA_VERSION: sparkReleases[line].scala,
        SPARK_LOCAL_IP: main[main.indexOf('--host') + 1],
        SPARK_LOCAL_HOSTNAME: 'localhost',
        SPARK_LOCAL_DIRS: own,
        PYSPARK_PYTHON: '/bin/false',
      },
    })
    parts.push(part)
    await log.close()
    return { process: part, said: await waitForLines(join(own, 'log'), name, part, expected) }
  }
}

async function waitForLines<Key extends string>(
  path: string,
  name: string,
  part: JavaProcess,
  expected: Readonly<Record<Key, RegExp>>,
): Promise<Record<Key, string>> {
  let how: string | undefined
  part.ended.then(ended => {
    how = ended
  })
  const deadline = performance.now() + startMilliseconds
  for (;;) {
    const text = readFileSync(path, 'utf8')
    const found = Object.entries<RegExp>(expected).map(([key, pattern]) => [key, pattern.exec(text)?.[1]])
    if (found.every(([, value]) => value !== undefined)) return Object.fromEntries(found)
    if (how !== undefined || performance.now() > deadline) {
      assert.fail(`Spark's ${name} ${how ? `ended with ${how}` : 'did not start'}:\n${text.slice(-4000)}`)
    }
    await sleep(50)
  }
}

/** A process that does nothing in a network namespace of its own, and ends with this one. */
async function holdNamespace(): Promise<ChildProcess> {
  const [program = '', ...args] = namespaceCommand('namespace')
  const holder = spawn(program, [...args, 'sh', '-c', 'ip link set lo up && echo up && exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  return holder
}

/** A worker's children are in its process group. */
function processesOf(worker: number, command: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[2] === String(worker))
    .filter(pid => read(`/proc/${pid}/cmdline`).includes(command))
    .map(Number)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
