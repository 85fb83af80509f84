import { userError } from '../../../base/HubError.ts'
import {
  type ByteSource,
  badHeader,
  readBoolean,
  readBytes,
  readCount,
  readInt,
  readLong,
  readText,
} from './ByteSource.ts'
import { mapInArrowEvalType } from './sparkProtocol.ts'
import { type HeaderFormat, headerFormat } from './sparkVersion.ts'

/** What Spark says of a task before its data. */
export interface TaskHeader {
  readonly stageId: number
  readonly partition: number
  /** 0 for the first try. */
  readonly attempt: number
  readonly taskAttemptId: bigint
  readonly cpus: number
  /** Addresses of each kind of resource that the task was given, such as `gpu`. */
  readonly resources: ReadonlyMap<string, readonly string[]>
  /** Where the job's files are on this machine. */
  readonly filesFolder: string
}

export interface TaskFunction {
  /** Spark's settings for the function. */
  readonly settings: ReadonlyMap<string, string>
  /** The driver's own bytes. */
  readonly command: Buffer
}

/** The header's first part, which Spark sends at once. The partition's number is read already. */
export async function readTaskHeader(
  source: ByteSource,
): Promise<{ readonly header: TaskHeader; readonly format: HeaderFormat }> {
  const format = headerFormat(await readText(source, 'the Python version', 1000))
  const barrier = await readBoolean(source)
  if (barrier || format.barrierServer === 'always') {
    const port = await readInt(source)
    if (port === -1)
      throw userError(
        'unsupported_spark',
        'Spark talks to its workers over Unix sockets',
        'set spark.python.unix.domain.socket.enabled to false',
      )
    if (port < 0 || port > 65_535) throw badHeader(`a port is ${port}`)
    await readText(source, 'the secret of the barrier server', 10_000)
  }
  const stageId = await readInt(source)
  const partition = await readInt(source)
  const attempt = await readInt(source)
  const taskAttemptId = await readLong(source)
  const cpus = await readInt(source)
  const resources = new Map<string, readonly string[]>()
  for (let left = await readCount(source, 'resources', 1000); left > 0; left--) {
    const kind = await readText(source, 'a kind of resource', 10_000)
    await readText(source, 'the name of a resource', 10_000)
    const addresses: string[] = []
    for (let more = await readCount(source, 'addresses', 10_000); more > 0; more--)
      addresses.push(await readText(source, 'an address', 10_000))
    resources.set(kind, addresses)
  }
  for (let left = await readCount(source, 'local properties'); left > 0; left--) {
    await readBytes(source, 'the name of a property')
    await readBytes(source, 'a property')
  }
  const filesFolder = await readText(source, 'the folder of files', 100_000)
  for (let left = await readCount(source, 'included files'); left > 0; left--)
    await readBytes(source, 'an included file')
  await skipBroadcasts(source)
  const header = { stageId, partition, attempt, taskAttemptId, cpus, resources, filesFolder }
  return { header, format }
}

/** The header's second part, which Spark 3.5 keeps in its buffer until there are rows. */
export async function readTaskFunction(source: ByteSource, format: HeaderFormat): Promise<TaskFunction> {
  const evalType = await readInt(source)
  if (evalType !== mapInArrowEvalType)
    throw userError(
      'unsupported_function',
      `Spark asks for a Python function of kind ${evalType}`,
      `the worker of imagehub runs mapInArrow (${mapInArrowEvalType}) only: set spark.sql.execution.pyspark.python for sessions of imagehub alone`,
    )
  const settings = new Map<string, string>()
  for (let left = await readCount(source, 'settings'); left > 0; left--)
    settings.set(await readText(source, 'the name of a setting'), await readText(source, 'a setting'))
  const profiled = format.profiler && (await readBoolean(source))
  if (profiled) await readText(source, 'the name of a profiler', 10_000)
  const functions = await readInt(source)
  if (functions !== 1) throw badHeader(`${functions} functions, of exactly 1`)
  for (let left = await readCount(source, 'arguments'); left > 0; left--) await readInt(source)
  const chained = await readInt(source)
  if (chained !== 1) throw badHeader(`${chained} chained functions, of exactly 1`)
  const command = await readBytes(source, 'the command', 64 * 2 ** 20)
  if (profiled) await readLong(source)
  return { settings, command }
}

/** Spark Connect sends no broadcasts; what others left on a kept connection is taken note of and forgotten. */
async function skipBroadcasts(source: ByteSource): Promise<void> {
  if (await readBoolean(source))
    throw userError(
      'unsupported_function',
      'the task comes with encrypted broadcasts',
      'functions of imagehub use no broadcasts',
    )
  for (let left = await readCount(source, 'broadcasts'); left > 0; left--)
    if ((await readLong(source)) >= 0n) await readText(source, 'the path of a broadcast', 100_000)
}
