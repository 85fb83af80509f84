import { type ChildProcess, spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { moduleBeside } from '../../../base/moduleBeside.ts'
import type { FromKeeper, KeeperPlan, StartFailure, ToKeeper } from './keeperMessages.ts'
import { signalGroup } from './signalGroup.ts'

export interface KeeperProcessOptions {
  readonly plan: KeeperPlan
  /** Command to run it with, that leads into a network namespace. */
  readonly within: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  /** File descriptor for what it prints itself. */
  readonly output: number
}

/** Where to find a server that has started. */
export interface ReadyServer {
  readonly pid: number
  readonly port: number
  readonly socketPath?: string
}

/** How a server ended unasked. */
export interface Death {
  readonly how: string
  readonly tail: string
}

/** How much longer than its server a keeper may take to end. */
const keeperMilliseconds = 10_000

/** The driver's end of a keeper: a process beside this one that outlives it just long enough to end its server. */
export class KeeperProcess {
  readonly #child: ChildProcess
  readonly #graceMilliseconds: number
  readonly #started = Promise.withResolvers<ReadyServer | StartFailure>()
  #folder: string | undefined
  #pid: number | undefined
  #death: Death | undefined
  #stopped = false
  /** Fulfilled when the keeper and its server are gone; undefined where they were told to end. */
  readonly ended: Promise<Death | undefined>

  constructor({ plan, within, environment, output }: KeeperProcessOptions) {
    this.#graceMilliseconds = plan.graceMilliseconds
    const module = moduleBeside(import.meta.url, 'keeper')
    const [program = process.execPath, ...args] = [...within, process.execPath, fileURLToPath(module)]
    // In a session of its own: a Ctrl-C at the terminal is the driver's affair, which tells it to end.
    this.#child = spawn(program, args, {
      detached: true,
      env: environment,
      stdio: ['ignore', output, output, 'ipc'],
    })
    this.#child.on('message', (message: FromKeeper) => this.#hear(message))
    this.ended = this.#end()
    this.#send({ type: 'start', plan })
  }

  /** The server, or why there is none; then the keeper ends by itself. */
  get started(): Promise<ReadyServer | StartFailure> {
    return this.#started.promise
  }

  /** From now on the server does not keep this process alive: it ends with it. */
  unref(): void {
    this.#child.unref()
    this.#child.channel?.unref()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#child.ref()
    this.#child.channel?.ref()
    this.#send({ type: 'stop' })
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), this.#graceMilliseconds + keeperMilliseconds)
    await this.ended
    clearTimeout(timer)
  }

  #hear(message: FromKeeper): void {
    if (message.type === 'folder') this.#folder = message.folder
    else if (message.type === 'java') this.#pid = message.pid
    else if (message.type === 'ready') this.#started.resolve({ ...message, pid: this.#pid ?? 0 })
    else if (message.type === 'failed') this.#started.resolve(message.failure)
    else this.#death = message
  }

  async #end(): Promise<Death | undefined> {
    const { promise: closed, resolve } = Promise.withResolvers<string>()
    this.#child.once('error', error => resolve(error.message))
    // Unlike 'exit', 'close' comes after the last message.
    this.#child.once('close', (code, signal) => resolve(signal ?? `code ${code}`))
    const how = await closed
    // A keeper that was killed itself left these; otherwise they are gone.
    if (this.#pid !== undefined) signalGroup(this.#pid, 'SIGKILL')
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 })
    const message = `the process beside it that looks after it ended with ${how}`
    this.#started.resolve({ kind: 'other', message, stack: '' })
    return this.#stopped ? undefined : (this.#death ?? { how: message, tail: '' })
  }

  #send(message: ToKeeper): void {
    // To a keeper that has just ended, a message is lost: its end tells.
    if (this.#child.connected) this.#child.send(message, () => {})
  }
}
