import { closeSync, writeSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { userError } from '../../../base/HubError.ts'
import { intBytes } from './javaBytes.ts'
import { killProcess } from './StageThread.ts'
import { ThreadPool } from './ThreadPool.ts'
import { greetAsDaemon, greetAsWorker, WorkerConnection } from './WorkerConnection.ts'
import { type WorkerLimits, workerLimits } from './WorkerLimits.ts'

export interface WorkerProcessOptions {
  /** The module that a stage's thread begins with. */
  readonly threadEntry: URL
  /** The program that this is, for processes apart. */
  readonly program: string
  readonly environment: NodeJS.ProcessEnv
}

/** Where the launcher leaves the standard output that Spark reads the port from; everything printed goes to the standard error. */
const portDescriptor = 3
/** How often to look for connections that Spark has closed unnoticed. */
const lookMilliseconds = 2000

/** The process that Spark runs in Python's place: connections from Spark, threads of stages. */
export class WorkerProcess {
  readonly #limits: WorkerLimits
  readonly #environment: NodeJS.ProcessEnv
  readonly #threads: ThreadPool
  readonly #children = new Set<number>()
  readonly #connections = new Map<number, WorkerConnection>()
  #idle: NodeJS.Timeout | undefined
  #lastId = 0

  constructor({ threadEntry, program, environment }: WorkerProcessOptions) {
    this.#environment = environment
    this.#limits = workerLimits(environment)
    this.#threads = new ThreadPool({
      entry: threadEntry,
      program,
      children: this.#children,
      stopSeconds: this.#limits.stopSeconds,
      idleSeconds: this.#limits.threadIdleSeconds,
    })
    process.on('SIGTERM', () => this.#end())
    setInterval(() => this.#look(), lookMilliseconds).unref()
  }

  /**
   * One process for all tasks of an executor: tells its port, accepts connections, and ends with its standard input.
   * @param spark4 Spark 4 takes a worker's id for the id of a live process
   */
  async daemon({ spark4 }: { readonly spark4: boolean }): Promise<void> {
    if (this.#environment.PYTHON_UNIX_DOMAIN_ENABLED?.toLowerCase() === 'true')
      throw userError(
        'unsupported_spark',
        'Spark talks to its workers over Unix sockets',
        'set spark.python.unix.domain.socket.enabled to false',
      )
    const server = createServer({ pauseOnConnect: true }, socket => {
      const key = ++this.#lastId
      this.#serve(key, socket, spark4 ? process.pid : key, greetAsDaemon)
    })
    const host = this.#environment.SPARK_PREFER_IPV6?.toLowerCase() === 'true' ? '::1' : '127.0.0.1'
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject)
      server.listen(0, host, 1024, resolve)
    })
    this.#readKills()
    this.#idleFromNow()
    writeSync(portDescriptor, intBytes((server.address() as AddressInfo).port))
    closeSync(portDescriptor)
  }

  /** One process for one connection (`spark.python.use.daemon=false`). */
  async worker(): Promise<void> {
    closeSync(portDescriptor)
    const port = Number(this.#environment.PYTHON_WORKER_FACTORY_PORT)
    const socket = await new Promise<Socket>((resolve, reject) => {
      const connecting = connect({ port, host: '127.0.0.1' }, () => resolve(connecting))
      connecting.on('error', reject)
      connecting.pause()
    })
    await this.#serve(1, socket, process.pid, greetAsWorker)
    await this.#threads.close()
    process.exit(0)
  }

  async #serve(key: number, socket: Socket, id: number, greet: typeof greetAsDaemon): Promise<void> {
    clearTimeout(this.#idle)
    const connection = new WorkerConnection(
      socket,
      {
        id,
        secret: this.#environment.PYTHON_WORKER_FACTORY_SECRET ?? '',
        reuse: Boolean(this.#environment.SPARK_REUSE_WORKER),
        limits: this.#limits,
        threads: this.#threads,
      },
      greet,
    )
    this.#connections.set(key, connection)
    await connection.done
    this.#connections.delete(key)
    if (this.#connections.size === 0) this.#idleFromNow()
  }

  /** Spark names the workers to kill on our standard input, and ends it when the executor ends. */
  #readKills(): void {
    let rest = Buffer.alloc(0)
    process.stdin.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes])
      for (; rest.length >= 4; rest = rest.subarray(4)) this.#kill(rest.readInt32BE())
    })
    process.stdin.on('end', () => this.#end())
    process.stdin.on('error', () => this.#end())
  }

  #kill(id: number): void {
    if (id !== process.pid) this.#connections.get(id)?.kill()
    // All workers of Spark 4 have this id: the one that is meant is closed by Spark a moment later.
    else for (const milliseconds of [50, 200, 500, 1000]) setTimeout(() => this.#look(), milliseconds)
  }

  #look(): void {
    for (const connection of this.#connections.values()) connection.killWhereClosed()
  }

  #idleFromNow(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => {
      void this.#threads.close().then(() => process.exit(0))
    }, this.#limits.idleSeconds * 1000)
  }

  /** At once: nobody is left to take an answer, and to end threads that are at work in native code may take as long as their work. */
  #end(): void {
    for (const pid of this.#children) killProcess(pid)
    killProcess(process.pid)
  }
}
