import type { RecordBatch } from 'apache-arrow'
import pLimit from 'p-limit'
import { z } from 'zod'
import type { StorageOptions } from '../../storage/openStorage.ts'
import { openOriginReader } from '../../storage/originReader.ts'
import { batchToRows, rowsToBatch } from '../../tables/batch.ts'
import { inspections } from '../../tables/inspections.ts'
import { manifest } from '../../tables/manifest.ts'
import { decodeLimits } from '../image/limits.ts'
import { readAhead } from '../readAhead.ts'
import { defineStage } from '../Stage.ts'
import { WeightedSemaphore } from '../WeightedSemaphore.ts'
import { type DecodeTurn, noFacts } from './imageFacts.ts'
import { inspectOrigin } from './inspectOrigin.ts'
import type { ReasonCode } from './reasons.ts'

const params = z.object({
  limits: decodeLimits.prefault({}),
  /** How to reach the storage that the origins are in. */
  storage: z.custom<StorageOptions>(value => typeof value === 'object' && value !== null).default({}),
  /** Origins read at once. Each in flight is held whole, up to `limits.maxBytes`. */
  concurrentReads: z.int().positive().default(8),
  /** Images decoded at once, on the threads of libuv's pool; one that is heavy is decoded alone. */
  concurrentDecodes: z.int().positive().default(2),
})

/** Pixels from which on a picture is heavy: interlaced, with 16 bits a sample, it may take 8 bytes for each of them. */
const heavyPixels = 25_000_000

export type InspectParams = z.infer<typeof params>

/**
 * Reads every origin of a manifest once and tells what it is: hashes, facts, scores, and why it is unfit or could not be read. Which
 * scores are good enough is not decided here: rules are applied to the table later.
 */
export default defineStage<InspectParams, typeof manifest.columns, typeof inspections.columns>({
  name: 'inspect',
  module: import.meta.url,
  version: '1',
  input: manifest.columns,
  output: inspections.columns,
  params,
  async *map(input, { params, signal }) {
    const { limits, storage, concurrentReads, concurrentDecodes } = params
    const reader = openOriginReader(storage)
    const readTurn = pLimit(concurrentReads)
    const turns = new WeightedSemaphore(concurrentDecodes)
    const decodeTurn: DecodeTurn = (pixels, work) =>
      turns.run(pixels < heavyPixels ? 1 : concurrentDecodes, work)
    const options = { limits, read: reader.read, decodeTurn, signal }
    const inspectBatch = async (batch: RecordBatch) => {
      const rows = batchToRows(manifest.columns, batch)
      const inspected = await Promise.all(rows.map(row => readTurn(() => inspectOrigin(row, options))))
      return rowsToBatch(inspections.columns, inspected)
    }
    try {
      yield* readAhead(input, 1, inspectBatch)
    } finally {
      await reader.close()
    }
  },
  crashed: ({ origin, bytes }, detail) => ({
    ...noFacts,
    origin,
    image_id: null,
    sha256: null,
    bytes,
    fault: 'rejected',
    reasons: ['crashed_decoder' satisfies ReasonCode],
    detail,
  }),
})
