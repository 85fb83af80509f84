import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InferenceSession } from 'onnxruntime-node'
import {
  type EmbeddingModel,
  type EmbeddingSession,
  embedWith,
  openInferenceSession,
} from '../EmbeddingSession.ts'
import type { ExecutionDevice } from '../ExecutionDevice.ts'
import { checkGpuUsed } from './checkGpuUsed.ts'
import { searchBatchSize } from './searchBatchSize.ts'

export interface GpuSessionOptions {
  /** Path of the ONNX file. */
  readonly path: string
  readonly manifest: EmbeddingModel
  readonly device: ExecutionDevice
}

/**
 * Opens a model for embedding on a GPU, once the first batch has proven that it computes there, with a batch size found by trying some.
 * Every batch it runs has that size, the last one filled up: cuDNN looks for the best kernels anew for each size.
 * @throws HubError `gpu_unavailable`, `gpu_not_used`, as `openInferenceSession` and `EmbeddingSession.run`
 */
export async function openGpuSession({
  path,
  manifest,
  device,
}: GpuSessionOptions): Promise<EmbeddingSession> {
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-profile-'))
  try {
    const session = await openInferenceSession({ path, device, profile: join(folder, 'profile') })
    try {
      await embedBlack(session, manifest, 1)
      checkGpuUsed(await endProfile(session, folder))
      const { batch } = await searchBatchSize({ rate: images => measure(session, manifest, images) })
      return await embedWith(session, manifest, { batch })
    } catch (thrown) {
      await session.release()
      throw thrown
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function endProfile(session: InferenceSession, folder: string): Promise<string> {
  session.endProfiling()
  const [name = ''] = await readdir(folder)
  return await readFile(join(folder, name), 'utf8')
}

/** Images per second with batches of a size, the first of which is not counted: it looks for kernels. */
async function measure(session: InferenceSession, manifest: EmbeddingModel, images: number): Promise<number> {
  await embedBlack(session, manifest, images)
  const start = performance.now()
  const batches = 3
  for (let batch = 0; batch < batches; batch++) await embedBlack(session, manifest, images)
  return (batches * images) / ((performance.now() - start) / 1000)
}

async function embedBlack(
  session: InferenceSession,
  manifest: EmbeddingModel,
  images: number,
): Promise<void> {
  const { height, width } = manifest.input
  const embedding = await embedWith(session, manifest)
  await embedding.run(new Uint8Array(images * height * width * 3), images)
}
