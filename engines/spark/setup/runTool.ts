import { execFile } from 'node:child_process'

/** Runs a program that is done in seconds; fulfilled with what it printed on both streams. Rejected as `execFile` rejects. */
export function runTool(options: {
  readonly program: string
  readonly args: readonly string[]
  readonly environment?: NodeJS.ProcessEnv
}): Promise<string> {
  const { program, args, environment = process.env } = options
  return new Promise((resolve, reject) => {
    execFile(program, args, { env: environment, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error) reject(error)
      else resolve(`${stdout}${stderr}`)
    })
  })
}
