import { join } from 'node:path'
import { badArrowStream, readArrowMessage } from './arrowMessage.ts'
import { ConnectionClosed, readInt } from './ByteSource.ts'
import { errorText, reportOf } from './ErrorReport.ts'
import { intBytes, longBytes, textBytes } from './javaBytes.ts'
import { runOnThread } from './runOnThread.ts'
import type { SocketReader } from './SocketReader.ts'
import type { SocketWriter } from './SocketWriter.ts'
import { decodeStageCommand, type StageCommand } from './StageCommand.ts'
import { arrowEndOfStream, mark } from './sparkProtocol.ts'
import { readTaskFunction, readTaskHeader, type TaskHeader } from './TaskHeader.ts'
import type { ThreadPool } from './ThreadPool.ts'
import type { WorkerLimits } from './WorkerLimits.ts'

export interface TaskSetting {
  readonly reader: SocketReader
  readonly writer: SocketWriter
  readonly threads: ThreadPool
  readonly limits: WorkerLimits
  /** Nobody wants the task any more. */
  readonly signal: AbortSignal
}

/** Milliseconds that Spark gets to take an error before the connection is cut. */
const errorMilliseconds = 3000

/**
 * Runs one task of Spark, from its header to the answer.
 * @returns whether the connection may bring another one
 * @throws ConnectionClosed where Spark has closed the connection, between tasks or because it wants no more of this one
 */
export async function runTask(setting: TaskSetting): Promise<boolean> {
  const { reader, writer, limits, signal } = setting
  // A header begins with the number of the partition, which is told again later; until it comes, the connection idles.
  reader.patience = 0
  await reader.read(1)
  const began = Date.now()
  let streaming = false
  const write = async (bytes: Uint8Array) => {
    if (!streaming) await writer.write(intBytes(mark.startOfArrowStream))
    streaming = true
    await writer.write(bytes)
  }
  try {
    reader.patience = limits.headerSeconds * 1000
    await reader.read(3)
    const { header, format } = await readTaskHeader(reader)
    reader.patience = limits.silenceSeconds * 1000
    writer.patience = reader.patience
    const { command } = await readTaskFunction(reader, format)
    const loaded = Date.now()
    await runStage(decodeStageCommand(command), { ...setting, header, write })
    const answer = [
      ...(streaming ? [arrowEndOfStream] : []),
      intBytes(mark.timingData),
      ...[began, loaded, Date.now()].map(longBytes),
      // Bytes spilled from memory and to disk.
      ...[0, 0].map(longBytes),
      intBytes(mark.endOfDataSection),
      // Accumulators.
      intBytes(0),
    ]
    await writer.write(Buffer.concat(answer))
    if ((await readInt(reader)) === mark.endOfStream) {
      await writer.write(intBytes(mark.endOfStream))
      return true
    }
    await writer.write(intBytes(mark.endOfDataSection))
    return false
  } catch (thrown) {
    if (thrown instanceof ConnectionClosed || signal.aborted) throw thrown
    const text = errorText(reportOf(thrown, 'worker_failed'))
    console.error(`imagehub worker: a task failed: ${text}`)
    const end = streaming ? [arrowEndOfStream] : []
    await writer.write(Buffer.concat([...end, intBytes(mark.exceptionThrown), textBytes(text)]))
    await reader.drain(errorMilliseconds)
    return false
  }
}

interface StageRun extends TaskSetting {
  readonly header: TaskHeader
  readonly write: (bytes: Uint8Array) => Promise<void>
}

/** Reads the task's Arrow stream to its end, through the stage. */
async function runStage(command: StageCommand, run: StageRun): Promise<void> {
  const { reader, threads, limits, header, write, signal } = run
  const schema = await readArrowMessage(reader, { bodyBytes: limits.batchBytes })
  if (schema !== undefined && schema.kind !== 'schema')
    throw badArrowStream(`it begins with a ${schema.kind}`)
  let ended = schema === undefined
  const readNext = async () => {
    if (ended) return undefined
    const message = await readArrowMessage(reader, { bodyBytes: limits.batchBytes })
    if (message === undefined) ended = true
    else if (message.kind !== 'batch') throw badArrowStream(`it holds a ${message.kind}`)
    return message
  }
  let turn: Promise<unknown> = Promise.resolve()
  const read = () => {
    const message = turn.then(readNext)
    turn = message
    return message
  }
  if (schema === undefined) {
    if (command.kind === 'map') return
    throw badArrowStream('it has no schema')
  }
  const file = (name: string) => join(header.filesFolder, name)
  const gpu = header.resources.get('gpu')?.[0]
  const thread = threads.take(absolute(command.bundle, file), gpu)
  try {
    await runOnThread({
      thread,
      task: {
        command: withFiles(command, file),
        schema: schema.bytes,
        ...(gpu === undefined ? {} : { gpu }),
        apart: command.kind === 'map' && header.attempt > 0,
        stageSeconds: command.stageSeconds ?? limits.stageSeconds,
      },
      read,
      write,
      stopSeconds: limits.stopSeconds,
      signal,
    })
  } finally {
    threads.release(thread)
  }
  // An aggregate may have had enough before the end.
  while ((await read()) !== undefined);
}

function absolute(name: string, file: (name: string) => string): string {
  return name.startsWith('/') ? name : file(name)
}

/** Parameters with the paths of the files on this machine. */
function withFiles(command: StageCommand, file: (name: string) => string): StageCommand {
  const paths = Object.entries(command.files ?? {}).map(([name, path]) => [name, absolute(path, file)])
  return paths.length === 0
    ? command
    : { ...command, params: { ...(command.params as object), ...Object.fromEntries(paths) } }
}
