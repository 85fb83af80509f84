import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import type { RecordBatch } from 'apache-arrow'
import { z } from 'zod'
import { openEmbeddingSession } from '../../models/EmbeddingSession.ts'
import { cudaDevice } from '../../models/ExecutionDevice.ts'
import { openGpuSession } from '../../models/gpu/openGpuSession.ts'
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
import { DecodeMeter, decodeAdvice } from './DecodeMeter.ts'
import { embedBatch } from './embedBatch.ts'
import { type Decoded, readPixels } from './readPixels.ts'

const params = z.object({
  /** The ONNX file on this machine. */
  modelPath: z.string(),
  model: z.object({ input: modelInput, output: modelOutput }),
  /** `cuda`: the GPU that the engine gives this copy of the stage, else the first one. */
  device: z.enum(['cpu', 'cuda']).default('cpu'),
  limits: decodeLimits.prefault({}),
  storage: z.custom<OriginReaderOptions>(value => typeof value === 'object' && value !== null).default({}),
  /**
   * Batches read and decoded ahead of inference. Inference holds the thread's event loop for an image, on a GPU for a batch, and reading one
   * object takes several turns of it: four keep the next batch ready.
   */
  batchesAhead: z.int().min(1).default(4),
})

export type FeaturizeParams = z.infer<typeof params>

/** Threads that read and decode: libuv's, all of the process. */
const poolThreads = () => Number(process.env.UV_THREADPOOL_SIZE ?? 4)

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
  files: ['modelPath'],
  async *map(input, { params, signal, keep, gpu }) {
    const { modelPath, model, device, limits, storage, batchesAhead } = params
    const file = { path: modelPath, manifest: model }
    const session = await keep(`embedding ${JSON.stringify([modelPath, model, device, gpu])}`, () =>
      device === 'cuda' ? openGpuSession({ ...file, device: cudaDevice(gpu) }) : openEmbeddingSession(file),
    )
    const meter = new DecodeMeter()
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
        meter.arrived()
        const rows = await embedBatch(session, decoded)
        meter.inferred(rows.length)
        yield rowsToBatch(featurizeOutput, rows)
      }
      const advice = device === 'cuda' ? decodeAdvice(poolThreads(), meter.times) : undefined
      if (advice !== undefined) process.emitWarning(advice, { code: 'IMAGEHUB_GPU_WAITS' })
    } finally {
      await reader.close()
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
