import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import type { EmbeddingModel } from '../../models/EmbeddingSession.ts'
import { plainNormalization } from '../../models/ModelManifest.ts'
import { OnnxGraph } from '../../models/onnx/OnnxGraph.ts'
import { int64s, scalar } from '../../models/onnx/tensor.ts'

const side = 96

/** A JPEG with edges everywhere and a tint; the same for the same arguments. */
export async function drawnPhoto(tint: 'red' | 'blue', number: number): Promise<Buffer> {
  const pixels = Buffer.alloc(side * side * 3)
  for (let row = 0, at = 0; row < side; row++)
    for (let column = 0; column < side; column++, at += 3) {
      const wave = ((row * (3 + number)) ^ (column * 5)) & 63
      const strong = 110 + wave + ((row * 7 + number * 11) % 40)
      pixels.set(tint === 'red' ? [strong, 40 + wave, wave] : [wave, 40 + wave, strong], at)
    }
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** Eight good photos of each of two classes, by their folders, and three files that are none: path and bytes of each. */
export async function drawnPhotos(): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  for (const tint of ['red', 'blue'] as const)
    for (let number = 0; number < 8; number++)
      files.set(`${tint}/${number}.jpg`, await drawnPhoto(tint, number))
  const whole = await drawnPhoto('red', 99)
  files.set('red/cut.jpg', whole.subarray(0, whole.length >> 1))
  files.set('blue/page.jpg', Buffer.from('<html>not found</html>'))
  files.set('blue/empty.jpg', Buffer.alloc(0))
  return files
}

export async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, Uint8Array | string>,
): Promise<void> {
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

/** What to know of the model that `writePixelModel` writes. */
export const pixelManifest: EmbeddingModel = {
  input: {
    name: 'image',
    height: 4,
    width: 4,
    layout: 'nhwc',
    dtype: 'uint8',
    channels: 'rgb',
    ...plainNormalization,
  },
  output: { name: 'embedding', dimensions: 48 },
}

/** An ONNX model whose embedding is the picture at 4 x 4 pixels: 48 numbers from 0 to 1. */
export async function writePixelModel(path: string): Promise<void> {
  const graph = new OnnxGraph({ name: 'pixels' })
  const image = graph.input('image', 'uint8', ['N', 4, 4, 3])
  const values = graph.node('Cast', [image], { to: 1 })
  const flat = graph.node('Reshape', [values, int64s(-1, 48)])
  graph.output('embedding', graph.node('Mul', [flat, scalar(1 / 255)]), 'float32', ['N', 48])
  await writeFile(path, graph.segments())
}
