import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openEmbeddingSession } from '../../models/EmbeddingSession.ts'
import { useKerasH5 } from '../../models/importers/kerasH5.ts'
import { expectedShapes, inceptionV3Graph, type StoredConvolution } from '../../models/inceptionV3.ts'
import { inceptionV3Convolutions } from '../../models/inceptionV3Topology.ts'
import { type ModelInput, plainNormalization } from '../../models/ModelManifest.ts'
import { compareEmbeddings, readParity } from '../support/parity.ts'
import { sharedFolder } from '../support/shared.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

/** Weights of the right shapes, each value `value`, that take no memory until they are read. */
function constantWeights(value = 0): StoredConvolution[] {
  return inceptionV3Convolutions().map(convolution => {
    const shapes = expectedShapes(convolution)
    const weight = (part: keyof typeof shapes, fill: number) => ({
      name: `layer_${convolution.number}/${part}`,
      shape: shapes[part],
      read: () => new Float32Array(shapes[part].reduce((a, b) => a * b, 1)).fill(fill),
    })
    return {
      kernel: weight('kernel', value),
      beta: weight('beta', 0),
      movingMean: weight('movingMean', 0),
      movingVariance: weight('movingVariance', 1),
    }
  })
}

test('the plan has the 94 convolutions and 21,802,784 parameters that Keras reports', () => {
  const convolutions = inceptionV3Convolutions()
  assert.equal(convolutions.length, 94)
  const sizes = convolutions.flatMap(convolution =>
    Object.values(expectedShapes(convolution)).map(shape => shape.reduce((a, b) => a * b, 1)),
  )
  assert.equal(
    sizes.reduce((a, b) => a + b, 0),
    21_802_784,
  )
  // The layout the weights come in: "valid" are 1, 2, 4, 5 and every stride of 2.
  const valid = convolutions.filter(({ padding }) => padding === 'valid').map(({ number }) => number)
  const strided = convolutions.filter(({ stride }) => stride === 2).map(({ number }) => number)
  assert.deepEqual(
    valid,
    [...new Set([1, 2, 4, 5, ...strided])].sort((a, b) => a - b),
  )
})

test('a weight that is missing, misshapen or not finite is refused, naming the layer and both shapes', () => {
  const weights = constantWeights()
  const build = (convolutions: StoredConvolution[]) => inceptionV3Graph({ convolutions })
  assert.throws(() => build(weights.slice(0, 60)), { code: 'wrong_weights', message: /convolution 61 of 94/ })

  const [first, second, ...rest] = weights as [StoredConvolution, StoredConvolution]
  const flat = { ...second, kernel: { ...second.kernel, shape: [3, 3, 32, 31] } }
  assert.throws(() => build([first, flat, ...rest]), {
    code: 'wrong_weights',
    message: /layer_2\/kernel .*\[3, 3, 32, 31\], expected \[3, 3, 32, 32\]/,
  })

  const negative = { ...second.movingVariance, read: () => new Float32Array(32).fill(-2) }
  assert.throws(() => build([first, { ...second, movingVariance: negative }, ...rest]), {
    code: 'wrong_weights',
    message: /layer_2\/movingVariance.*not finite/,
  })
})

test('embeddings equal those of Keras: max abs difference <= 1e-3, cosine >= 0.99999', async (t: TestContext) => {
  const weights = sharedFolder(t, 'models/inception_v3_keras_legacy_notop.h5')
  const reference = weights && sharedFolder(t, 'reference/inception_v3_parity')
  if (reference === undefined) return
  const build = () =>
    useKerasH5(weights as string, convolutions => inceptionV3Graph({ convolutions }).toBytes())
  const bytes = await build()
  assert(Buffer.from(bytes).equals(await build()), 'the same weights give the same bytes')

  const path = join(await temporaryFolder(t), 'model.onnx')
  await writeFile(path, bytes)
  const input: ModelInput = {
    name: 'image',
    height: 299,
    width: 299,
    layout: 'nhwc',
    dtype: 'uint8',
    channels: 'rgb',
    ...plainNormalization,
  }
  const session = await openEmbeddingSession({
    path,
    manifest: { input, output: { name: 'embedding', dimensions: 2048 } },
  })
  t.after(() => session[Symbol.asyncDispose]())
  const { pixels, embeddings } = await readParity(reference, 4)
  const { maxDifference, minCosine } = compareEmbeddings(await session.run(pixels, 4), embeddings, 2048)
  assert(maxDifference <= 1e-3, `max abs difference ${maxDifference}`)
  assert(minCosine >= 0.99999, `cosine ${minCosine}`)
})
