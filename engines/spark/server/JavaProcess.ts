import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { runTool } from '../setup/runTool.ts'
import { signalGroup } from './signalGroup.ts'

export interface JavaProcessOptions {
  /** Java, or a script that becomes it. */
  readonly program: string
  readonly args: readonly string[]
  /** @default the environment of this process */
  readonly environment?: NodeJS.ProcessEnv
  /** Its working directory. */
  readonly folder: string
  /** File descriptor for what it prints. */
  readonly output: number
}

/** What its children have to end after it. */
const childrenMilliseconds = 2000

/** A JVM in a process group of its own, which its children are in too. */
export class JavaProcess {
  readonly pid: number
  /** How it ended: `code 1`, `SIGKILL`. */
  readonly ended: Promise<string>

  private constructor(child: ChildProcess) {
    this.pid = child.pid ?? 0
    this.ended = new Promise(resolve =>
      child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`)),
    )
  }

  static async start(options: JavaProcessOptions): Promise<JavaProcess> {
    const { program: java, args, environment = process.env, folder, output } = options
    const [program = java, ...before] = [...(await dyingWithParent()), java]
    const child = spawn(program, [...before, ...args], {
      cwd: folder,
      env: environment,
      detached: true,
      stdio: ['ignore', output, output],
    })
    await once(child, 'spawn')
    return new JavaProcess(child)
  }

  /** Asks it to end, then makes it; fulfilled when no process of its group is left. */
  async stop(graceMilliseconds: number): Promise<void> {
    signalGroup(this.pid, 'SIGTERM', { leaderOnly: true })
    const timer = setTimeout(() => signalGroup(this.pid, 'SIGKILL'), graceMilliseconds)
    await this.ended
    clearTimeout(timer)
    const deadline = performance.now() + childrenMilliseconds
    while (signalGroup(this.pid, 0) && performance.now() < deadline) await sleep(20)
    signalGroup(this.pid, 'SIGKILL')
  }
}

/** Where the system can tell a process that its parent was killed, the command that asks for it; for kills that take the parent too. */
async function dyingWithParent(): Promise<readonly string[]> {
  const command = ['--pdeathsig', 'TERM', '--']
  try {
    await runTool({ program: 'setpriv', args: [...command, 'true'] })
    return ['setpriv', ...command]
  } catch {
    return []
  }
}
