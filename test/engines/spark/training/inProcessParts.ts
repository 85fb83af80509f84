import type { TrainingParts } from '../../../../engines/spark/training/TrainingParts.ts'
import { gradientInput } from '../../../../stages/gradient/columns.ts'
import gradient from '../../../../stages/gradient/gradient.ts'
import { KeptResources } from '../../../../stages/KeptResources.ts'
import { batchToIpc, ipcToBatch, rowsToBatch } from '../../../../tables/batch.ts'
import type { Row } from '../../../../tables/defineTable.ts'

export interface TrainingRow {
  readonly features: Float32Array
  readonly classes: readonly number[]
  readonly weight: number
  readonly fold: number
}

export interface InProcessPartsOptions {
  readonly parts: readonly (readonly TrainingRow[])[]
  readonly keepBytes?: number
  /** Copies of the stage that parts are dealt out to. @default 2 */
  readonly workers?: number
}

/** The stage over parts in this process, with batches as they travel; workers can be lost. */
export class InProcessParts implements TrainingParts, AsyncDisposable {
  readonly dataset = 'rows'
  readonly count: number
  readonly keepBytes: number
  /** Rows with features that were sent to workers so far. */
  rowsSent = 0
  readonly #parts: readonly (readonly TrainingRow[])[]
  readonly #workers: KeptResources[]

  constructor({ parts, keepBytes = 2 ** 30, workers = 2 }: InProcessPartsOptions) {
    this.count = parts.length
    this.keepBytes = keepBytes
    this.#parts = parts
    this.#workers = Array.from({ length: workers }, () => new KeptResources())
  }

  /** A worker ends, and with it all that it kept; another one takes its place. */
  async lose(worker: number): Promise<void> {
    const [lost] = this.#workers.splice(worker, 1, new KeptResources())
    await lost?.[Symbol.asyncDispose]()
  }

  async *run(...[params, selection]: Parameters<TrainingParts['run']>) {
    for (const [worker, kept] of this.#workers.entries()) {
      const own = [...this.#parts.entries()].filter(
        ([part, rows]) =>
          rows.length > 0 &&
          part % this.#workers.length === worker &&
          (typeof selection === 'string' || selection.includes(part)),
      )
      const context = {
        params: gradient.params.parse(JSON.parse(JSON.stringify(params))),
        signal: new AbortController().signal,
        keep: kept.keep,
      }
      const rows = own.flatMap(([part, rows]) =>
        selection === 'kept'
          ? [{ part, features: null, classes: null, weight: null, fold: null }]
          : withPart(part, rows),
      )
      if (selection !== 'kept') this.rowsSent += rows.length
      yield* gradient.map(batches(rows), context)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const kept of this.#workers) await kept[Symbol.asyncDispose]()
  }
}

function withPart(part: number, rows: readonly TrainingRow[]): Row<typeof gradientInput>[] {
  return rows.map(({ features, classes, weight, fold }) => {
    return { part, features, classes: Float32Array.from(classes), weight, fold }
  })
}

/** Batches of seven, so that parts begin and end anywhere in them. */
async function* batches(rows: readonly Row<typeof gradientInput>[]) {
  for (let from = 0; from < rows.length; from += 7)
    yield ipcToBatch(batchToIpc(rowsToBatch(gradientInput, rows.slice(from, from + 7))))
}
