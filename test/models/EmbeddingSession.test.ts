import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import {
  type EmbeddingSession,
  embedWith,
  openEmbeddingSession,
  openInferenceSession,
} from '../../models/EmbeddingSession.ts'
import type { ModelInput } from '../../models/ModelManifest.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'
import { type TinyModelOptions, tinyModel } from './tinyModel.ts'

const plain: ModelInput = {
  name: 'image',
  height: 2,
  width: 4,
  layout: 'nhwc',
  dtype: 'uint8',
  channels: 'rgb',
  mean: [0, 0, 0],
  scale: [1, 1, 1],
}

async function open(
  t: TestContext,
  model: TinyModelOptions,
  input: Partial<ModelInput> = {},
  dimensions = 3,
): Promise<EmbeddingSession> {
  const path = join(await temporaryFolder(t), 'model.onnx')
  await writeFile(path, tinyModel(model).segments())
  const manifest = { input: { ...plain, ...input }, output: { name: 'embedding', dimensions } }
  const session = await openEmbeddingSession({ path, manifest })
  t.after(() => session[Symbol.asyncDispose]())
  return session
}

const perImage = 2 * 4 * 3
const chosen = (1 * 4 + 2) * 3 // the pixel that the tiny model reads

function pixelsOf(...images: [number, number, number][]): Uint8Array {
  const pixels = new Uint8Array(images.length * perImage).fill(99)
  for (const [index, rgb] of images.entries()) pixels.set(rgb, index * perImage + chosen)
  return pixels
}

test('pixels reach a uint8 NHWC model as they are', async t => {
  const session = await open(t, {})
  assert.deepEqual([session.dimensions, session.inputHeight, session.inputWidth], [3, 2, 4])
  const embeddings = await session.run(pixelsOf([1, 2, 3], [4, 5, 255]), 2)
  assert.deepEqual(embeddings, Float32Array.of(1, 2, 3, 4, 5, 255))
  assert.deepEqual(await session.run(pixelsOf([7, 8, 9], [4, 5, 6]), 1), Float32Array.of(7, 8, 9))
  assert.deepEqual(await session.run(new Uint8Array(0), 0), new Float32Array(0))
})

for (const layout of ['nhwc', 'nchw'] as const) {
  for (const dtype of ['uint8', 'float32'] as const) {
    for (const channels of ['rgb', 'bgr'] as const) {
      test(`property: a ${dtype} ${layout} ${channels} model sees each pixel in its place, normalised`, async t => {
        const [mean, scale]: [ModelInput['mean'], ModelInput['scale']] =
          dtype === 'uint8'
            ? [plain.mean, plain.scale]
            : [
                [10, 20, 30],
                [0.5, 0.25, 2],
              ]
        const session = await open(t, { layout, dtype }, { layout, dtype, channels, mean, scale })
        const byte = fc.integer({ min: 0, max: 255 })
        const images = fc.array(fc.tuple(byte, byte, byte), { minLength: 1, maxLength: 5 })
        await fc.assert(
          fc.asyncProperty(images, async rgb => {
            const expected = rgb.flatMap(pixel =>
              (channels === 'rgb' ? pixel : [...pixel].reverse()).map(
                (value, channel) => (value - (mean[channel] ?? 0)) * (scale[channel] ?? 1),
              ),
            )
            assert.deepEqual(await session.run(pixelsOf(...rgb), rgb.length), Float32Array.from(expected))
          }),
          { numRuns: 20 },
        )
      })
    }
  }
}

test('a model of a fixed batch size embeds any number of images', async t => {
  const session = await open(t, { batch: 2 })
  for (const count of [1, 2, 3, 5]) {
    const images = Array.from({ length: count }, (_, index): [number, number, number] => [index, 1, 2])
    assert.deepEqual(await session.run(pixelsOf(...images), count), Float32Array.from(images.flat()))
  }
})

test('batches of one size only embed any number of images', async t => {
  const path = join(await temporaryFolder(t), 'model.onnx')
  await writeFile(path, tinyModel().segments())
  const manifest = { input: plain, output: { name: 'embedding', dimensions: 3 } }
  await using session = await embedWith(await openInferenceSession({ path }), manifest, { batch: 4 })
  for (const count of [1, 4, 9]) {
    const images = Array.from({ length: count }, (_, index): [number, number, number] => [index, 1, 2])
    assert.deepEqual(await session.run(pixelsOf(...images), count), Float32Array.from(images.flat()))
  }
})

test('too few pixels, a wrong length of the output and a file that is gone are clear errors', async t => {
  const session = await open(t, {})
  await assert.rejects(session.run(new Uint8Array(perImage), 2), {
    code: 'wrong_pixels',
    message: /2 x 4 x 3/,
  })
  const wrong = await open(t, {}, {}, 4)
  await assert.rejects(wrong.run(pixelsOf([1, 2, 3]), 1), {
    code: 'inference_failed',
    message: /float32 \[1, 3\], expected float32 \[1, 4\]/,
  })
  const manifest = { input: plain, output: { name: 'embedding', dimensions: 3 } }
  await assert.rejects(openEmbeddingSession({ path: '/nowhere/model.onnx', manifest }), {
    code: 'model_refused',
  })
})
