import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** The first `count` images of the parity set and the embeddings Keras gave them. */
export async function readParity(
  folder: string,
  count: number,
): Promise<{ pixels: Uint8Array; embeddings: Float32Array }> {
  const pixels = await readNpy(join(folder, 'pixels_u8_32x299x299x3.npy'), count * 299 * 299 * 3)
  const bytes = await readNpy(join(folder, 'embeddings_f32_32x2048.npy'), count * 2048 * 4)
  return { pixels, embeddings: new Float32Array(bytes.buffer, bytes.byteOffset, count * 2048) }
}

/** The first bytes of the data of a .npy file (version 1: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
async function readNpy(path: string, byteLength: number): Promise<Uint8Array> {
  await using file = await open(path)
  const header = Buffer.alloc(10)
  await file.read(header, 0, 10, 0)
  const data = new Uint8Array(new ArrayBuffer(byteLength))
  await file.read(data, 0, byteLength, 10 + header.readUInt16LE(8))
  return data
}

/** How far two sets of embeddings [n, dimensions] are apart. */
export function compareEmbeddings(
  found: Float32Array,
  expected: Float32Array,
  dimensions: number,
): { maxDifference: number; minCosine: number } {
  let maxDifference = 0
  let minCosine = 1
  for (let start = 0; start < expected.length; start += dimensions) {
    let [dot, foundSquares, expectedSquares] = [0, 0, 0]
    for (let index = start; index < start + dimensions; index++) {
      const [a, b] = [found[index] ?? Number.NaN, expected[index] as number]
      maxDifference = Math.max(maxDifference, Math.abs(a - b))
      dot += a * b
      foundSquares += a * a
      expectedSquares += b * b
    }
    minCosine = Math.min(minCosine, dot / Math.sqrt(foundSquares * expectedSquares))
  }
  return { maxDifference, minCosine }
}
