import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { toError } from '../../../base/HubError.ts'
import { runTool } from '../setup/runTool.ts'
import { openBridge } from './bridge.ts'
import { JavaProcess } from './JavaProcess.ts'
import { javaArguments } from './javaArguments.ts'
import type { FromKeeper, KeeperPlan, StartFailure, ToKeeper } from './keeperMessages.ts'
import { LogReader, startedPort } from './LogReader.ts'
import { loggingText } from './loggingText.ts'
import { propertiesText } from './propertiesText.ts'
import { reachOne } from './reachOne.ts'
import { serverConf } from './serverConf.ts'

// A process beside the driver that starts a Connect server, and ends it and removes what it left when the driver says so, or is gone.

/** A reason to end before the server is ready. */
class NotStarted extends Error {
  readonly failure: StartFailure

  constructor(failure: StartFailure) {
    super(failure.kind)
    this.failure = failure
  }
}

let making: Promise<string> | undefined
let launching: Promise<JavaProcess> | undefined
let bridge: { close(): void } | undefined
let ending: Promise<void> | undefined
let grace = 0

process.on('message', (message: ToKeeper) => {
  if (message.type === 'stop') end()
  else keep(message.plan).catch(thrown => report(thrown).then(end))
})
process.on('disconnect', end)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)

async function keep(plan: KeeperPlan): Promise<void> {
  grace = plan.graceMilliseconds
  making = mkdtemp(join(plan.temporaryFolder, 'imagehub-spark-'))
  const folder = await making
  await tell({ type: 'folder', folder })
  if (plan.raiseLoopback) await runTool({ program: 'ip', args: ['link', 'set', 'lo', 'up'] })
  if (plan.masters.length > 0) {
    const detail = await reachOne(plan.masters)
    if (detail !== undefined) throw new NotStarted({ kind: 'masterUnreachable', detail })
  }
  const log = await open(plan.logFile, 'a', 0o600)
  const reader = await LogReader.open(plan.logFile)
  const properties = join(folder, 'spark.properties')
  const options = await jvmOptions(plan, folder)
  const confText = propertiesText(
    serverConf({ ...plan, folder, jvmOptions: plan.start === 'submit' ? options : [] }),
  )
  await writeFile(properties, confText, { mode: 0o600 })
  const args = serverArguments(plan, { folder, properties, options })
  if (ending !== undefined) return
  launching = JavaProcess.start({ program: plan.program, args, folder, output: log.fd })
  const server = await launching
  await log.close()
  await tell({ type: 'java', pid: server.pid })
  const port = await waitForPort(plan, server, reader)
  // It may hold secrets, and was read.
  await rm(properties)
  const socketPath = join(folder, 'connect.sock')
  if (plan.bridged) bridge = await openBridge({ socketPath, port })
  await tell({ type: 'ready', port, ...(plan.bridged ? { socketPath } : {}) })
  const how = await server.ended
  if (ending === undefined) await tell({ type: 'died', how, tail: await reader.tail() })
  await end()
}

async function jvmOptions(plan: KeeperPlan, ours: string): Promise<string[]> {
  const logging = join(ours, 'log4j2.properties')
  await writeFile(logging, loggingText)
  return [`-Dlog4j2.configurationFile=${logging}`, ...plan.javaOptions]
}

interface ServerArguments {
  readonly folder: string
  readonly properties: string
  /** Of the JVM. */
  readonly options: readonly string[]
}

function serverArguments(plan: KeeperPlan, { folder, properties, options }: ServerArguments): string[] {
  const submitted = [
    ...['--properties-file', properties],
    ...['--class', 'org.apache.spark.sql.connect.service.SparkConnectServer'],
    // No jar of an application: the class is among Spark's own.
    'spark-internal',
  ]
  if (plan.start === 'submit') return submitted
  return javaArguments({
    home: plan.home,
    memory: plan.driverMemory,
    temporary: folder,
    classPath: plan.classPath,
    ...(plan.archive === undefined ? {} : { archive: plan.archive }),
    javaOptions: options,
    main: ['org.apache.spark.deploy.SparkSubmit', ...submitted],
  })
}

async function waitForPort(plan: KeeperPlan, server: JavaProcess, reader: LogReader): Promise<number> {
  const deadline = performance.now() + plan.startMilliseconds
  let how: string | undefined
  server.ended.then(ended => {
    how = ended
  })
  for (;;) {
    const ended = how
    const port = startedPort(await reader.news())
    if (port !== undefined) return port
    if (ended !== undefined) throw new NotStarted({ kind: 'ended', how: ended, tail: await reader.tail() })
    if (performance.now() > deadline) throw new NotStarted({ kind: 'notReady', tail: await reader.tail() })
    await sleep(30)
  }
}

/** Ends everything; the process ends by itself then. */
function end(): Promise<void> {
  ending ??= (async () => {
    // What could not be made or started need not be removed or ended.
    await launching?.then(server => server.stop(grace)).catch(() => {})
    bridge?.close()
    const folder = await making?.catch(() => undefined)
    if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    process.exit()
  })()
  return ending
}

async function report(thrown: unknown): Promise<void> {
  const error = toError(thrown)
  const failure: StartFailure =
    error instanceof NotStarted
      ? error.failure
      : { kind: 'other', message: error.message, stack: error.stack ?? '' }
  await tell({ type: 'failed', failure })
}

/** Fulfilled when the message is on its way, or nobody is left to tell. */
async function tell(message: FromKeeper): Promise<void> {
  if (!process.connected) return
  const { promise, resolve } = Promise.withResolvers<void>()
  process.send?.(message, () => resolve())
  await promise
}
