import assert from 'node:assert/strict'
import { type ArrowMessage, readArrowMessage } from '../../../../engines/spark/worker/arrowMessage.ts'
import { readInt, readText } from '../../../../engines/spark/worker/ByteSource.ts'
import { decodeStageCommand, type StageCommand } from '../../../../engines/spark/worker/StageCommand.ts'
import {
  readTaskFunction,
  readTaskHeader,
  type TaskHeader,
} from '../../../../engines/spark/worker/TaskHeader.ts'
import { byteSource } from './byteSource.ts'

export interface RecordedTask {
  readonly partition: number
  readonly header: TaskHeader
  readonly settings: ReadonlyMap<string, string>
  readonly command: StageCommand
  readonly messages: readonly ArrowMessage['kind'][]
  /** All bytes that Spark sent for it. */
  readonly bytes: Buffer
}

/** The tasks in what Spark sent over one connection, after its secret; every byte belongs to one. */
export async function recordedTasks(
  bytes: Buffer,
  { secret }: { readonly secret: boolean },
): Promise<RecordedTask[]> {
  const source = byteSource(bytes)
  if (secret) await readText(source, 'the secret')
  const tasks: RecordedTask[] = []
  while (source.left() > 0) {
    const start = bytes.length - source.left()
    const partition = await readInt(source)
    const { header, format } = await readTaskHeader(source)
    const { settings, command } = await readTaskFunction(source, format)
    const messages: ArrowMessage['kind'][] = []
    for (
      let message = await readArrowMessage(source);
      message !== undefined;
      message = await readArrowMessage(source)
    )
      messages.push(message.kind)
    assert.equal(await readInt(source), -4, 'the end of the input')
    const end = bytes.length - source.left()
    tasks.push({
      partition,
      header,
      settings,
      command: decodeStageCommand(command),
      messages,
      bytes: bytes.subarray(start, end),
    })
  }
  return tasks
}
