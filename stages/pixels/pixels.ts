import type { RecordBatch } from 'apache-arrow'
import pLimit from 'p-limit'
import { z } from 'zod'
import { HubError, toError } from '../../base/HubError.ts'
import { type OriginReaderOptions, openOriginReader } from '../../storage/originReader.ts'
import { batchToRows, rowsToBatch } from '../../tables/batch.ts'
import type { Row } from '../../tables/defineTable.ts'
import { examineImage } from '../image/examineImage.ts'
import { type ImageProblemCode, problemError } from '../image/imageProblem.ts'
import { decodeLimits } from '../image/limits.ts'
import { readAhead } from '../readAhead.ts'
import { defineStage } from '../Stage.ts'
import { WeightedSemaphore } from '../WeightedSemaphore.ts'
import { pixelsInput, pixelsOutput } from './columns.ts'
import { decodeSparkImage } from './decodeSparkImage.ts'

const params = z.object({
  /** Spark takes the first frame of an animation and the first page of several: by default so many are allowed. */
  limits: decodeLimits.prefault({ maxFrames: 100_000 }),
  storage: z.custom<OriginReaderOptions>(value => typeof value === 'object' && value !== null).default({}),
  /** Origins read at once. Each in flight is held whole, up to `limits.maxBytes`. */
  concurrentReads: z.int().positive().default(4),
})

export type PixelsParams = z.infer<typeof params>

/** Bytes of pixels being decoded in one worker; an image that needs more is decoded alone. */
const bytesUnderWay = 192 * 2 ** 20

/** Arrow counts the bytes of a binary column in 31 bits. */
const mostBatchBytes = 2 ** 31 - 1

type Output = Row<typeof pixelsOutput>

/**
 * Origins to rows of Spark's image schema, equal to what `spark.read.format("image")` gives (`decodeSparkImage` says how closely). What
 * cannot be read or decoded is Spark's row of no picture, with a reason. A batch holds all its pixels: give batches of a few rows.
 * @throws HubError `batch_too_large` where the pixels of one batch are 2 GiB or more
 */
export default defineStage<PixelsParams, typeof pixelsInput, typeof pixelsOutput>({
  name: 'pixels',
  module: import.meta.url,
  version: '1',
  input: pixelsInput,
  output: pixelsOutput,
  params,
  async *map(input, { params, signal }) {
    const { limits, storage, concurrentReads } = params
    const reader = openOriginReader(storage)
    const readTurn = pLimit(concurrentReads)
    const underWay = new WeightedSemaphore(bytesUnderWay)
    const decodeRow = async ({ origin }: Row<typeof pixelsInput>): Promise<Output> => {
      try {
        const bytes = await reader.read(origin, { maxBytes: limits.maxBytes, signal })
        const examined = examineImage(bytes, limits)
        if (examined.problem !== null) throw problemError(examined.problem)
        const { height, width } = examined.header
        const weight = 8 * (height ?? 0) * (width ?? 0)
        const image = await underWay.run(weight, () => decodeSparkImage(bytes, examined, limits))
        return { origin, ...image, code: null, message: null }
      } catch (thrown) {
        signal.throwIfAborted()
        const error = toError(thrown)
        return noPicture(origin, error instanceof HubError ? error.code : 'unreadable', error.message)
      }
    }
    const decodeBatch = async (batch: RecordBatch) => {
      const rows = batchToRows(pixelsInput, batch)
      const decoded = await Promise.all(rows.map(row => readTurn(() => decodeRow(row))))
      checkSize(decoded)
      return rowsToBatch(pixelsOutput, decoded)
    }
    try {
      yield* readAhead(input, 0, decodeBatch)
    } finally {
      await reader.close()
    }
  },
  crashed: ({ origin }, message) => noPicture(origin, 'crashed_decoder' satisfies ImageProblemCode, message),
})

/** Spark's row of an image that could not be read, and why. */
function noPicture(origin: string, code: string, message: string): Output {
  const none = { height: -1, width: -1, nChannels: -1, mode: -1, data: new Uint8Array(0) }
  return { origin, ...none, code, message }
}

function checkSize(rows: readonly Output[]): void {
  const bytes = rows.reduce((sum, { data }) => sum + data.length, 0)
  if (bytes <= mostBatchBytes) return
  throw new HubError({
    code: 'batch_too_large',
    message: `${rows.length} pictures of one batch have ${bytes} bytes of pixels, a batch holds ${mostBatchBytes}`,
    hint: 'give the stage batches of fewer rows, or lower limits.maxPixels',
    fault: 'user',
  })
}
