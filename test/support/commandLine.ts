import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import { endWithUs } from './endWithUs.ts'
import { type Scope, temporaryFolder } from './temporaryFolder.ts'

export const program = join(import.meta.dirname, '../../bin/imagehub.js')

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandLine {
  /** A home with nothing in it: models and downloads go there. */
  readonly home: string
  /** For a process that is started in another way. */
  readonly env: Readonly<NodeJS.ProcessEnv>
  /** Runs `imagehub ARGS` as a process of its own, to its end. */
  run(...args: readonly string[]): Promise<CommandResult>
  /** The same with --json: what it printed, which must be one JSON document; `code` is what the process must end with. */
  json<T>(code: number, ...args: readonly string[]): Promise<T>
  /** The same with more in the environment. */
  with(environment: Readonly<Record<string, string>>): CommandLine
}

/** The error document that --json prints. */
export interface ErrorDocument {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string }
}

/** The command line for a person without settings of their own: no models, no AWS credentials. */
export async function commandLine(
  test: Scope,
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandLine> {
  const home = await temporaryFolder(test)
  const settings = /^(AWS|IMAGEHUB|XDG)_/
  const inherited = Object.entries(process.env).filter(([name]) => !settings.test(name))
  return open(home, {
    ...Object.fromEntries(inherited),
    HOME: home,
    NODE_COMPILE_CACHE: join(defaultCacheFolder(), 'code'),
    // Nobody at this address of clouds is asked for credentials.
    AWS_EC2_METADATA_DISABLED: 'true',
    ...environment,
  })
}

function open(home: string, env: NodeJS.ProcessEnv): CommandLine {
  const run = (...args: readonly string[]) => runProcess(process.execPath, [program, ...args], { env })
  return {
    home,
    env,
    run,
    with: more => open(home, { ...env, ...more }),
    async json<T>(code: number, ...args: readonly string[]): Promise<T> {
      const result = await run(...args, '--json')
      assert.equal(result.code, code, `${args.join(' ')}\n${result.stdout}${result.stderr}`)
      return JSON.parse(result.stdout) as T
    },
  }
}

/** Runs a program to its end. */
export function runProcess(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<CommandResult> {
  const child = endWithUs(spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }))
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout, stderr }))
  })
}
