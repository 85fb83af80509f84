import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { StepConfig } from '@aws-sdk/client-emr'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { S3Server } from '../support/s3Server.ts'
import type { RunStep, StepContext, StepOutcome } from './RunStep.ts'
import { type InterruptReaches, runScriptProcess } from './runScriptProcess.ts'
import { s3Place } from './s3Place.ts'
import { uploadStepLogs } from './uploadStepLogs.ts'

export interface ScriptStepOptions {
  /** Where the script, what it fetches, and the logs are. */
  readonly s3: Pick<S3Server, 'options' | 'environment'>
  /** Of the cluster; script-runner.jar comes from there. */
  readonly region: string
  /** Stands for the disk of primary machines: each step gets a folder in it. */
  readonly folder: string
  /** What a step finds in its environment beside the way to S3, as IMAGEHUB_EMR_ROOT. PATH goes behind the stand-in for aws. */
  readonly environment?: (context: StepContext) => Readonly<Record<string, string>>
  /** @default script */
  readonly interruptReaches?: InterruptReaches
  /** Done before a step, as to lay out its machine. */
  readonly prepare?: (context: StepContext) => Promise<void>
}

/** Runs steps as EMR's script-runner does, as processes of this machine. */
export function runScriptStep(options: ScriptStepOptions): RunStep {
  // Steps that begin at once share it.
  let programs: Promise<string> | undefined
  return async (step, context) => {
    programs ??= layOutPrograms(options.folder)
    const client = new S3Client({ ...options.s3.options, forcePathStyle: true })
    try {
      return await runOne({ ...options, client, programs: await programs }, step, context)
    } finally {
      client.destroy()
    }
  }
}

interface Machine extends ScriptStepOptions {
  readonly client: S3Client
  /** Folder with those that are stand-ins. */
  readonly programs: string
}

async function runOne(
  options: Machine,
  { HadoopJarStep }: StepConfig,
  context: StepContext,
): Promise<StepOutcome> {
  const { client, programs, region, folder, environment, prepare } = options
  const cwd = join(folder, 'mnt/var/lib/hadoop/steps', context.stepId)
  const logFolder = join(folder, 'mnt/var/log/hadoop/steps', context.stepId)
  await Promise.all([mkdir(cwd, { recursive: true }), mkdir(logFolder, { recursive: true })])
  const [stdout, stderr] = [join(logFolder, 'stdout'), join(logFolder, 'stderr')]
  const jar = HadoopJarStep?.Jar ?? ''
  const args = HadoopJarStep?.Args ?? []
  const began = performance.now()
  const log = [`INFO startExec 'hadoop jar ${jar} ${args.join(' ')}'`]

  const failed = async (message: string): Promise<StepOutcome> => {
    await Promise.all([writeFile(stdout, ''), writeFile(stderr, `${message}\n`)])
    const controller = linesOf([...log, `ERROR ${message}`])
    await uploadStepLogs(client, context, { stdout, stderr, controller })
    return { exitCode: 1, failure: { Reason: 'Unknown Error.', Message: message } }
  }
  if (jar !== `s3://${region}.elasticmapreduce/libs/script-runner/script-runner.jar`)
    return await failed(`Error opening job jar: ${jar}`)
  const script = join(cwd, basename(args[0] ?? 'script'))
  try {
    const { Body } = await client.send(new GetObjectCommand(s3Place(args[0] ?? '')))
    await writeFile(script, (await Body?.transformToByteArray()) ?? '')
  } catch (error) {
    return await failed(`Failed to download ${args[0]}: ${error}`)
  }
  await prepare?.(context)
  const own = environment?.(context) ?? {}
  const env = {
    HOME: folder,
    ...options.s3.environment,
    ...own,
    PATH: `${programs}:${own.PATH ?? process.env.PATH}`,
  }
  const { pid, exitCode } = await runScriptProcess({
    command: ['bash', script, ...args.slice(1)],
    cwd,
    env,
    stdout,
    stderr,
    interruptReaches: options.interruptReaches,
    interrupted: context.interrupted,
    killed: context.killed,
  })
  const seconds = Math.round((performance.now() - began) / 1000)
  log.push(
    `INFO ProcessRunner started child process ${pid}`,
    `INFO waitProcessCompletion ended with exit code ${exitCode}`,
    exitCode === 0
      ? `INFO Step succeeded with exitCode 0 and took ${seconds} seconds`
      : `WARN Step failed with exitCode ${exitCode} and took ${seconds} seconds`,
  )
  await uploadStepLogs(client, context, { stdout, stderr, controller: linesOf(log) })
  return { exitCode }
}

async function layOutPrograms(folder: string): Promise<string> {
  const programs = join(folder, 'usr/local/bin')
  await mkdir(programs, { recursive: true })
  const aws = join(programs, 'aws')
  const command = join(import.meta.dirname, 'awsCommand.ts')
  await writeFile(aws, `#!/bin/bash\nexec '${process.execPath}' --no-warnings '${command}' "$@"\n`)
  await chmod(aws, 0o755)
  return programs
}

const linesOf = (lines: readonly string[]) =>
  `${lines.map(line => `${new Date().toISOString()} ${line}`).join('\n')}\n`
