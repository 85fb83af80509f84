import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import type { InferenceSession } from 'onnxruntime-node'
import { HubError, toError, userError } from '../base/HubError.ts'
import { cpu, type ExecutionDevice } from './ExecutionDevice.ts'
import type { ModelManifest } from './ModelManifest.ts'
import { preparePixels } from './preparePixels.ts'

/** The part of a manifest that inference needs. */
export type EmbeddingModel = Pick<ModelManifest, 'input' | 'output'>

export interface EmbeddingSession extends AsyncDisposable {
  /** Length of an embedding. */
  readonly dimensions: number
  /** Pixels. */
  readonly inputHeight: number
  readonly inputWidth: number
  /**
   * Embeds images. The thread is busy until it is done (onnxruntime-node computes on the calling thread): what shall go on
   * meanwhile, such as decoding, must be running already.
   * @param pixels uint8 RGB, row-major [count, inputHeight, inputWidth, 3]; not to be changed until the embeddings are there
   * @returns float32, row-major [count, dimensions], the caller's to keep
   * @throws HubError `inference_failed`, `wrong_pixels`
   */
  run(pixels: Uint8Array, count: number): Promise<Float32Array>
}

export interface SessionOptions {
  /** Path of the ONNX file. */
  readonly path: string
  /** Threads that compute. One session of one thread per core gives the most images per second. @default 1 */
  readonly threads?: number
  /** @default the CPU */
  readonly device?: ExecutionDevice
  /** Write onnxruntime's profile (Chrome trace JSON) to files that start with this path. @default none */
  readonly profile?: string
}

export interface EmbeddingSessionOptions extends SessionOptions {
  readonly manifest: EmbeddingModel
}

/** @throws HubError `model_refused` where onnxruntime does not take the file, `gpu_unavailable` where it has no such GPU. */
export async function openInferenceSession({
  path,
  threads = 1,
  device = cpu,
  profile,
}: SessionOptions): Promise<InferenceSession> {
  const onnxruntime = await import('onnxruntime-node')
  try {
    return await onnxruntime.InferenceSession.create(path, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // A pattern keeps a block for every batch size seen, and is no faster than the arena alone. Without an arena InceptionV3 spends a
      // twentieth of its time on memory that the kernel takes back and gives again.
      enableMemPattern: false,
      logSeverityLevel: 4, // what goes wrong is thrown; on stderr it would appear a second time
      ...(device.kind === 'cpu' ? {} : { executionProviders: [{ name: 'cuda', deviceId: device.id }] }),
      ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
    })
  } catch (error) {
    const reason = toError(error).message
    if (device.kind === 'cuda' && /cuda|provider/i.test(reason))
      throw userError(
        'gpu_unavailable',
        `onnxruntime cannot use GPU ${device.id}: ${reason}`,
        'it needs an NVIDIA driver, CUDA 12, cuDNN 9 and its own CUDA part (docs/gpu.md); else run with --device cpu',
        error,
      )
    throw userError(
      'model_refused',
      `onnxruntime refuses ${path}: ${reason}`,
      'import the model again',
      error,
    )
  }
}

/**
 * Opens a model for embedding on a CPU; one per worker thread. It computes image by image: InceptionV3 is no faster in batches, and eight
 * images at once need 110 MB more.
 */
export async function openEmbeddingSession(options: EmbeddingSessionOptions): Promise<EmbeddingSession> {
  return embedWith(await openInferenceSession(options), options.manifest, { batch: 1 })
}

/**
 * Embeds with an open session, which is closed with the result.
 * @param options.batch run batches of this size only. @default any, where the model takes any
 */
export async function embedWith(
  session: InferenceSession,
  { input, output }: EmbeddingModel,
  options: { readonly batch?: number } = {},
): Promise<EmbeddingSession> {
  const { Tensor } = await import('onnxruntime-node')
  const { height, width, layout, dtype } = input
  const { dimensions } = output
  const perImage = height * width * 3
  const prepare = preparePixels(input)
  const image = layout === 'nhwc' ? [height, width, 3] : [3, height, width]
  const fixedBatch = fixedBatchOf(session, input.name) ?? options.batch

  async function infer(pixels: Uint8Array, count: number): Promise<Float32Array> {
    const values = prepare(pixels, count)
    const shape = [count, ...image]
    const tensor =
      values instanceof Uint8Array ? new Tensor('uint8', values, shape) : new Tensor(dtype, values, shape)
    try {
      const results = await session.run({ [input.name]: tensor }, [output.name])
      const result = results[output.name]
      const data: unknown = result?.data
      if (data instanceof Float32Array && data.length === count * dimensions) return data
      throw new Error(
        `output ${output.name} is ${result?.type} [${result?.dims.join(', ')}], expected float32 [${count}, ${dimensions}]`,
      )
    } catch (error) {
      throw new HubError({
        code: 'inference_failed',
        message: `the model failed on a batch of ${count}: ${toError(error).message}`,
        hint: 'check the model with `imagehub models verify`, or use a smaller batch where memory is short',
        cause: error,
      })
    }
  }

  /** For batches of one size only: pieces of that size, the last one filled up with black images. */
  async function inferPieces(pixels: Uint8Array, count: number, size: number): Promise<Float32Array> {
    const embeddings = new Float32Array(count * dimensions)
    for (let start = 0; start < count; start += size) {
      // Lets reads and decodes that ended meanwhile start the next ones before inference takes the thread again.
      await eventLoopTurn()
      const present = Math.min(size, count - start)
      const piece = pixels.subarray(start * perImage, (start + present) * perImage)
      const padded = present === size ? piece : new Uint8Array(size * perImage)
      if (padded !== piece) padded.set(piece)
      const data = await infer(padded, size)
      embeddings.set(data.subarray(0, present * dimensions), start * dimensions)
    }
    return embeddings
  }

  return {
    dimensions,
    inputHeight: height,
    inputWidth: width,
    async run(pixels, count) {
      if (!Number.isInteger(count) || count < 0 || pixels.length < count * perImage) {
        throw new HubError({
          code: 'wrong_pixels',
          message: `${pixels.length} bytes are not ${count} images of ${height} x ${width} x 3`,
        })
      }
      if (count === 0) return new Float32Array(0)
      return fixedBatch === undefined || fixedBatch === count
        ? infer(pixels, count)
        : inferPieces(pixels, count, fixedBatch)
    },
    [Symbol.asyncDispose]: () => session.release(),
  }
}

function fixedBatchOf(session: InferenceSession, name: string): number | undefined {
  const metadata = session.inputMetadata.find(candidate => candidate.name === name)
  const batch = metadata?.isTensor ? metadata.shape[0] : undefined
  return typeof batch === 'number' ? batch : undefined
}
