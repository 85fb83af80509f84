import type { MessagePort } from 'node:worker_threads'
import type { RecordBatch } from 'apache-arrow'
import { HubError, toError } from '../../../../base/HubError.ts'
import type { Keep } from '../../../../stages/KeptResources.ts'
import type { Stage } from '../../../../stages/Stage.ts'
import { conservationBroken, failedStage } from '../../../stageErrors.ts'
import { ReportedError, reportOf } from '../ErrorReport.ts'
import type { ThreadSetting, ThreadTask } from '../threadMessages.ts'
import { batchDecoder, batchEncoder, batchOf, columnsOf, type OutputData } from './arrowBatches.ts'
import { conformOutput } from './conformOutput.ts'
import { mapApart } from './mapApart.ts'
import { mapSource } from './mapSource.ts'
import { TaskChannel } from './TaskChannel.ts'

export interface ThreadTaskOptions {
  readonly stage: Stage
  readonly task: ThreadTask
  readonly port: MessagePort
  readonly keep: Keep
  readonly setting: ThreadSetting
  readonly onChild: (pid: number, alive: boolean) => void
}

/** Runs a task and tells its port how it ended; never throws. */
export async function runThreadTask(options: ThreadTaskOptions): Promise<void> {
  const channel = new TaskChannel(options.port)
  try {
    await mapTask(options, channel)
    channel.finish({ type: 'done' })
  } catch (thrown) {
    channel.finish({ type: 'error', report: reportOf(thrown) })
  }
}

interface OwedBatch {
  readonly batch: RecordBatch
  readonly carried: readonly OutputData[]
}

async function mapTask(options: ThreadTaskOptions, channel: TaskChannel): Promise<void> {
  const { task, keep } = options
  const { stage: name, kind, carry, output } = task.command
  const decode = batchDecoder(task.schema)
  const encode = batchEncoder()
  const keepsRows = kind === 'map'
  const owed: OwedBatch[] = []
  const next = async (): Promise<OwedBatch | undefined> => {
    const message = await channel.next()
    if (message === undefined) return undefined
    const columns = columnsOf(decode(message))
    const rows = columns[0]?.data.length ?? 0
    const isCarried = ({ field }: OutputData) => carry.includes(field.name)
    return {
      batch: batchOf(
        columns.filter(column => !isCarried(column)),
        rows,
      ),
      carried: carry.flatMap(wanted => columns.filter(({ field }) => field.name === wanted)),
    }
  }
  // No generator: one that waits for a batch could not be ended by a stage that wants no more.
  let wanted = true
  const input: AsyncIterableIterator<RecordBatch> = {
    [Symbol.asyncIterator]: () => input,
    async next() {
      const given = wanted ? await next() : undefined
      if (given === undefined) return { done: true, value: undefined }
      if (keepsRows) owed.push(given)
      return { done: false, value: given.batch }
    },
    async return() {
      wanted = false
      channel.release()
      return { done: true, value: undefined }
    },
  }
  let broken: HubError | undefined
  try {
    for await (const batch of outputs(options, input, channel.signal, keep)) {
      let columns = conformOutput(name, output, batch)
      if (keepsRows) {
        const origin = owed.shift()
        const expected = origin?.batch.numRows ?? 0
        if (origin === undefined || expected !== batch.numRows) {
          broken = conservationBroken(name, describe(origin), expected, batch.numRows)
          break
        }
        columns = [...columns, ...origin.carried]
      }
      await channel.output(encode(columns, batch.numRows))
    }
    channel.signal.throwIfAborted()
  } catch (thrown) {
    channel.signal.throwIfAborted()
    throw stageFailure(options, describe(owed[0]), thrown)
  }
  if (broken !== undefined) throw broken
  if (!keepsRows) return
  for (let lost = owed.shift() ?? (await next()); lost !== undefined; lost = await next())
    if (lost.batch.numRows > 0) throw conservationBroken(name, describe(lost), lost.batch.numRows, 0)
}

function outputs(
  { stage, task, setting, onChild }: ThreadTaskOptions,
  input: AsyncIterable<RecordBatch>,
  signal: AbortSignal,
  keep: Keep,
): AsyncIterable<RecordBatch> {
  if (task.apart) return mapApart({ stage, task, setting, input, signal, onChild })
  const params = stage.params.parse(task.command.params)
  return stage.map(input, { params, signal, keep, ...(task.gpu === undefined ? {} : { gpu: task.gpu }) })
}

/** Names a batch by the first column of its first row. */
function describe(owed: OwedBatch | undefined): string | undefined {
  if (owed === undefined || owed.batch.numRows === 0) return undefined
  const value: unknown = owed.batch.getChildAt(0)?.get(0)
  return value instanceof Uint8Array ? `a row of ${value.length} bytes` : String(value).slice(0, 500)
}

/** What a stage threw, with its name and row, and the stack that it was thrown with. */
function stageFailure(
  { task, setting }: ThreadTaskOptions,
  rows: string | undefined,
  thrown: unknown,
): Error {
  // From a process apart it comes told already.
  if (thrown instanceof ReportedError) return thrown
  const cause = thrown instanceof HubError ? thrown : asStageFailed(toError(thrown))
  if (cause.code === 'conservation_broken') return cause
  const stack = mapSource(reportOf(thrown).stack, setting.bundle)
  return new ReportedError({ ...reportOf(failedStage(task.command.stage, rows, cause)), stack })
}

function asStageFailed(cause: Error): HubError {
  return new HubError({ code: 'stage_failed', message: cause.message, cause })
}
