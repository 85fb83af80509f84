import type { RecordBatch } from 'apache-arrow'
import type { HubError } from '../../base/HubError.ts'
import { conservationBroken, failedStage } from '../stageErrors.ts'
import type { StageToRun } from './messages.ts'
import { StageWorker } from './StageWorker.ts'

export interface KeyedBatch<K> {
  readonly key: K
  /** An Arrow IPC stream with one batch. Its buffer is handed over to a worker. */
  readonly ipc: Uint8Array
  readonly rows: number
}

export interface MapBatchesOptions<K> {
  readonly stage: StageToRun & { readonly name: string }
  readonly workers: number
  /**
   * Workers are processes of their own, which may crash without taking this one along, and hold one batch at a time: a crash is of
   * that batch. @default threads
   */
  readonly apart?: boolean
  readonly input: AsyncIterator<KeyedBatch<K>>
  readonly onOutput: (key: K, batch: RecordBatch) => Promise<void>
  /** Names the rows of a batch for an error message. */
  readonly describe: (key: K) => string
  readonly signal: AbortSignal
}

/**
 * Runs a stage over batches in workers, each pulling its next batch when its stage asks for one; no queue stands between.
 * An output belongs to the oldest batch that its worker still owes, and must have as many rows (conservation).
 *
 * @throws HubError `stage_failed` (naming the batch), `conservation_broken`, or the code of the HubError that the stage threw;
 *   `stage_crashed` where a worker apart crashed; the signal's reason
 */
export async function mapBatches<K>(options: MapBatchesOptions<K>): Promise<void> {
  const { input, onOutput, describe, signal, apart = false } = options
  const { name, module, params } = options.stage
  signal.throwIfAborted()
  const running: StageWorker[] = []
  // Reading the input and writing outputs each happen one at a time; a worker that waits for either asks for nothing more.
  let reading: Promise<unknown> = Promise.resolve()
  let writing: Promise<unknown> = Promise.resolve()
  let onAbort: (() => void) | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      onAbort = () => reject(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      let alive = options.workers
      for (let index = 0; index < options.workers; index++) {
        const owed: { key: K; rows: number }[] = []
        let asksForMore = false
        const onReady = () => {
          asksForMore = apart && owed.length > 0
          if (asksForMore) return
          reading = reading
            .then(() => Promise.all([input.next(), writing]))
            .then(([{ done, value }]) => {
              if (done) return worker.end()
              owed.push({ key: value.key, rows: value.rows })
              worker.give(value.ipc)
            })
          reading.catch(reject)
        }
        const onResult = (batch: RecordBatch) => {
          const origin = owed.shift()
          if (origin === undefined || origin.rows !== batch.numRows)
            return reject(
              conservationBroken(name, origin && describe(origin.key), origin?.rows ?? 0, batch.numRows),
            )
          writing = writing.then(() => onOutput(origin.key, batch))
          writing.catch(reject)
          if (asksForMore) onReady()
        }
        const onDone = () => {
          const [lost] = owed
          if (lost !== undefined) return reject(conservationBroken(name, describe(lost.key), lost.rows, 0))
          if (--alive === 0) writing.then(() => resolve(), reject)
        }
        const onError = (cause: HubError) =>
          reject(failedStage(name, owed[0] && describe(owed[0].key), cause))
        const worker = new StageWorker({
          stage: { module, params },
          apart,
          events: { onReady, onResult, onDone, onError },
        })
        running.push(worker)
      }
    })
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
    await Promise.all(running.map(worker => worker.stop()))
    await Promise.allSettled([reading, writing])
  }
}
