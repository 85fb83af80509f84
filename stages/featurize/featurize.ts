import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import type { RecordBatch } from 'apache-arrow'
import { z } from 'zod'
import { openEmbeddingSession } from '../../models/EmbeddingSession.ts'
import { modelInput, modelOutput } from '../../models/ModelManifest.ts'
import { type OriginReaderOptions, openOriginReader } from '../../storage/originReader.ts'
import { batchToRows, rowsToBatch } from '../../tables/batch.ts'
import type { Row } from '../../tables/defineTable.ts'
import type { ImageProblemCode } from '../image/imageProblem.ts'
import { decodeLimits } from '../image/limits.ts'
import { readAhead } from '../readAhead.ts'
import { defineStage } from '../Stage.ts'
import { WeightedSemaphore } from '../WeightedSemaphore.ts'
import { featurizeInput, featurizeOutput } from './columns.ts'
import { embedBatch } from './embedBatch.ts'
import { type Decoded, readPixels } from './readPixels.ts'

const params = z.object({
  /** The ONNX file on this machine. */
  modelPath: z.string(),
  model: z.object({ input: modelInput, output: modelOutput }),
  limits: decodeLimits.prefault({}),
  storage: z.custom<OriginReaderOptions>(value => typeof value === 'object' && value !== null).default({}),
  /**
   * Batches read and decoded ahead of inference. Inference holds the thread's event loop for a whole batch, and reading one object takes
   * several turns of it: four keep the next batch ready.
   */
  batchesAhead: z.int().min(1).default(4),
})

export type FeaturizeParams = z.infer<typeof params>

/** Bytes of files and pixels under way in one worker; an image that needs more is read alone. */
const bytesUnderWay = 192 * 2 ** 20

/**
 * One fused stage: fetch, decode, resize, infer. Bytes go in, only the embedding comes out; pixels never leave the process. An image
 * that cannot be read or decoded, or whose bytes are not those that ingest saw, ends as a reason.
 */
export default defineStage<FeaturizeParams, typeof featurizeInput, typeof featurizeOutput>({
  name: 'featurize',
  module: import.meta.url,
  version: '1',
  input: featurizeInput,
  output: featurizeOutput,
  params,
  async *map(input, { params, signal }) {
    const { modelPath, model, limits, storage, batchesAhead } = params
    const session = await openEmbeddingSession({ path: modelPath, manifest: model })
    const reader = openOriginReader(storage)
    const underWay = new WeightedSemaphore(bytesUnderWay)
    const decodeRow = (row: Row<typeof featurizeInput>): Promise<Decoded> =>
      underWay.run(row.bytes + 3 * row.pixels, () =>
        readPixels(row, { reader, limits, signal, input: model.input }),
      )
    const begin = async (batch: RecordBatch) =>
      await Promise.all(batchToRows(featurizeInput, batch).map(decodeRow))
    try {
      for await (const decoded of readAhead(input, batchesAhead, begin)) {
        // Lets the reads and decodes that ended meanwhile start the next ones before inference takes the thread.
        await eventLoopTurn()
        yield rowsToBatch(featurizeOutput, await embedBatch(session, decoded))
      }
    } finally {
      await reader.close()
      await session.close()
    }
  },
  crashed: ({ image_id, origin, sha256 }, message) => ({
    image_id,
    origin,
    image_sha256: sha256,
    embedding: null,
    code: 'crashed_decoder' satisfies ImageProblemCode,
    message,
  }),
})
