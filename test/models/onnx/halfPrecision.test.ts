import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openEmbeddingSession } from '../../../models/EmbeddingSession.ts'
import { convertModel } from '../../../models/importers/convertModel.ts'
import type { ModelInput } from '../../../models/ModelManifest.ts'
import { halfPrecision } from '../../../models/onnx/halfPrecision.ts'
import { compareEmbeddings, readParity } from '../../support/parity.ts'
import { sharedFolder } from '../../support/shared.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { noise, smallNetwork, smallNetworkInput } from '../smallNetwork.ts'

async function embed(
  t: TestContext,
  model: readonly Uint8Array[],
  input: ModelInput,
  pixels: Uint8Array,
  dimensions: number,
): Promise<Float32Array> {
  const path = join(await temporaryFolder(t), 'model.onnx')
  await writeFile(path, model)
  const manifest = { input, output: { name: 'embedding', dimensions } }
  await using session = await openEmbeddingSession({ path, manifest })
  return await session.run(pixels, pixels.length / (input.height * input.width * 3))
}

for (const dtype of ['uint8', 'float32'] as const)
  test(`a network of ${dtype} images in half precision has half the bytes and the same embeddings but for rounding`, async t => {
    const full = smallNetwork(dtype).toBytes()
    const half = halfPrecision(full)
    assert.ok(half.byteLength < 0.55 * full.length, `${half.byteLength} of ${full.length} bytes`)
    const input = smallNetworkInput(dtype)
    const pixels = noise(4 * input.height * input.width * 3)
    const expected = await embed(t, [full], input, pixels, 32)
    const { minCosine, maxDifference } = compareEmbeddings(
      await embed(t, half.segments, input, pixels, 32),
      expected,
      32,
    )
    assert.ok(minCosine > 0.9999, `cosine ${minCosine}`)
    assert.ok(maxDifference > 0, 'it computes in half precision')
  })

test('InceptionV3 in half precision stays within a cosine of 0.999', async t => {
  const models = sharedFolder(t, 'models')
  const parity = sharedFolder(t, 'reference/inception_v3_parity')
  if (models === undefined || parity === undefined) return
  const to = join(await temporaryFolder(t), 'half.onnx')
  const from = { path: join(models, 'inception_v3_keras_legacy_notop.h5') }
  const { notes, ...manifest } = await convertModel({ from, to, half: true })
  assert.match(notes ?? '', /half precision/)
  const { pixels, embeddings } = await readParity(parity, 2)
  await using session = await openEmbeddingSession({ path: to, manifest })
  const { minCosine } = compareEmbeddings(await session.run(pixels, 2), embeddings, 2048)
  assert.ok(minCosine > 0.999, `cosine ${minCosine}`)
})

test('a model whose embeddings do not survive half precision is refused', async t => {
  const folder = await temporaryFolder(t)
  const path = join(folder, 'model.onnx')
  // Differences of pixels beside a bias that is too large for eleven bits.
  await writeFile(path, smallNetwork('uint8', { bias: 60_000 }).segments())
  await assert.rejects(convertModel({ from: { path }, to: join(folder, 'half.onnx'), half: true }), {
    code: /half_differs|not_finite/,
  })
})
