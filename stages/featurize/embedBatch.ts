import type { EmbeddingSession } from '../../models/EmbeddingSession.ts'
import type { Row } from '../../tables/defineTable.ts'
import type { featurizeOutput } from './columns.ts'
import type { Decoded } from './readPixels.ts'

/** Embeds those images of a batch that have pixels; every image gets its row, in order. */
export async function embedBatch(
  session: EmbeddingSession,
  batch: readonly Decoded[],
): Promise<Row<typeof featurizeOutput>[]> {
  const { dimensions, inputHeight, inputWidth } = session
  const images = batch.flatMap(({ result }) => ('pixels' in result ? [result.pixels] : []))
  const pixels = new Uint8Array(images.length * inputHeight * inputWidth * 3)
  for (const [index, image] of images.entries()) pixels.set(image, index * inputHeight * inputWidth * 3)
  const embeddings = await session.run(pixels, images.length)
  let next = 0
  return batch.map(({ row, result }) => {
    const common = { image_id: row.image_id, origin: row.origin, image_sha256: row.sha256 }
    if (!('pixels' in result)) return { ...common, embedding: null, ...result }
    const start = next++ * dimensions
    return { ...common, embedding: embeddings.subarray(start, start + dimensions), code: null, message: null }
  })
}
