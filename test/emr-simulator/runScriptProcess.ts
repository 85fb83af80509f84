import { spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import type { StepContext } from './RunStep.ts'

export interface ScriptProcessOptions extends Pick<StepContext, 'interrupted' | 'killed'> {
  readonly command: readonly [program: string, ...args: string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Files. */
  readonly stdout: string
  readonly stderr: string
}

export interface ScriptEnd {
  readonly pid: number | undefined
  /** Of a process that a signal ended: 128 and its number, as shells have it. */
  readonly exitCode: number
}

const signalNumbers: Readonly<Record<string, number>> = { SIGTERM: 15, SIGKILL: 9, SIGINT: 2, SIGHUP: 1 }

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
  const interrupt = () => child.kill('SIGTERM')
  const kill = () => killGroup(child.pid)
  process.once('exit', kill)
  interrupted.addEventListener('abort', interrupt, { once: true })
  killed.addEventListener('abort', kill, { once: true })
  if (interrupted.aborted) interrupt()
  if (killed.aborted) kill()
  try {
    return await new Promise<ScriptEnd>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) =>
        resolve({ pid: child.pid, exitCode: code ?? 128 + (signalNumbers[signal ?? ''] ?? 0) }),
      )
    })
  } finally {
    process.removeListener('exit', kill)
    interrupted.removeEventListener('abort', interrupt)
    killed.removeEventListener('abort', kill)
    for (const file of files) await file.close()
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // All have ended.
  }
}
