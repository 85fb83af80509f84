import { spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import { constants } from 'node:os'
import type { StepContext } from './RunStep.ts'

/**
 * EMR interrupts the child process of a step, which is the JVM of script-runner.jar. AWS does not say whether that passes it on: either the
 * script gets it, or the runner alone ends, and the script goes on until its machine does.
 */
export type InterruptReaches = 'script' | 'runner'

export interface ScriptProcessOptions extends Pick<StepContext, 'interrupted' | 'killed'> {
  readonly command: readonly [program: string, ...args: string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** @default script */
  readonly interruptReaches?: InterruptReaches | undefined
  /** Files. */
  readonly stdout: string
  readonly stderr: string
}

export interface ScriptEnd {
  readonly pid: number | undefined
  /** Of a process that a signal ended: 128 and its number, as shells have it. */
  readonly exitCode: number
}

const signalNumber = (signal: NodeJS.Signals | null) => (signal === null ? 0 : constants.signals[signal])

/**
 * Runs a program as the child of a step: SIGTERM goes to it alone, SIGKILL to it and all that it started. Both are EMR's since 5.32:
 * https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-cancel-steps.html
 */
export async function runScriptProcess(options: ScriptProcessOptions): Promise<ScriptEnd> {
  const { command, cwd, env, interrupted, killed } = options
  const [program, ...args] = command
  const files = [await open(options.stdout, 'w'), await open(options.stderr, 'w')] as const
  const child = spawn(program, args, {
    cwd,
    env: { ...env },
    stdio: ['ignore', files[0].fd, files[1].fd],
    // A process group of its own.
    detached: true,
  })
  const end = Promise.withResolvers<ScriptEnd>()
  const endWith = (exitCode: number) => end.resolve({ pid: child.pid, exitCode })
  const interrupt = () =>
    options.interruptReaches === 'runner' ? endWith(128 + signalNumber('SIGTERM')) : child.kill('SIGTERM')
  const kill = () => signalGroup(child.pid, 'SIGKILL')
  process.once('exit', kill)
  interrupted.addEventListener('abort', interrupt, { once: true })
  killed.addEventListener('abort', kill, { once: true })
  if (interrupted.aborted) interrupt()
  if (killed.aborted) kill()
  child.once('error', end.reject)
  child.once('exit', (code, signal) => {
    interrupted.removeEventListener('abort', interrupt)
    // What it left goes with its machine; where there is nothing, its id may become somebody else's.
    if (!signalGroup(child.pid, 0)) {
      process.removeListener('exit', kill)
      killed.removeEventListener('abort', kill)
    }
    endWith(code ?? 128 + signalNumber(signal))
  })
  try {
    return await end.promise
  } finally {
    for (const file of files) await file.close()
  }
}

/** @returns whether there was any process of the group */
function signalGroup(pid: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}
