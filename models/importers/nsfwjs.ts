import { z } from 'zod'
import { HubError, toError, userError } from '../../base/HubError.ts'
import type { StoredConvolution, StoredWeight } from '../inceptionV3.ts'
import { orderInceptionLayers } from './inceptionLayers.ts'

// The specifier is a variable because the package is optional: neither the compiler nor a bundler may insist on it.
const packageEntry: string = 'nsfwjs/models/inception_v3'

const weightEntry = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.literal('float32'),
  quantization: z.object({ min: z.number(), scale: z.number(), dtype: z.literal('uint8') }),
})
const modelJson = z.object({
  default: z.object({ weightsManifest: z.array(z.object({ weights: z.array(weightEntry) })).length(1) }),
})
const weightBundle = z.object({ default: z.string() })
const modelPackage = z.object({
  InceptionV3Model: z.object({
    modelJson: z.custom<() => Promise<unknown>>(value => typeof value === 'function'),
    weightBundles: z.array(z.custom<() => Promise<unknown>>(value => typeof value === 'function')),
  }),
})

/**
 * The InceptionV3 inside the npm package nsfwjs: a Keras model converted for TensorFlow.js, its weights quantised to uint8
 * (value = min + scale * code), base64 in JavaScript modules. Its classifier of five classes is left out.
 * @throws HubError `package_missing` where nsfwjs is not installed, `wrong_layout` where the package has another layout
 */
export async function readNsfwjs(): Promise<StoredConvolution[]> {
  const loaded = await import(packageEntry).catch((error: unknown) => {
    throw userError(
      'package_missing',
      'the npm package nsfwjs is not installed',
      'install it with: npm install nsfwjs@4.4.0',
      error,
    )
  })
  try {
    const { InceptionV3Model: model } = modelPackage.parse(loaded)
    const description = modelJson.parse(await model.modelJson()).default
    const bundles = await Promise.all(model.weightBundles.map(async load => weightBundle.parse(await load())))
    const codes = Buffer.concat(bundles.map(bundle => Buffer.from(bundle.default, 'base64')))
    return orderInceptionLayers(groupByLayer(description.weightsManifest[0]?.weights ?? [], codes))
  } catch (error) {
    if (error instanceof HubError) throw error
    throw userError(
      'wrong_layout',
      `the installed nsfwjs keeps its InceptionV3 in a way that is not known: ${toError(error).message}`,
      'install the version that is: npm install nsfwjs@4.4.0',
      error,
    )
  }
}

function groupByLayer(
  entries: readonly z.infer<typeof weightEntry>[],
  codes: Uint8Array,
): Map<string, StoredWeight[]> {
  const layers = new Map<string, StoredWeight[]>()
  let offset = 0
  for (const { name, shape, quantization } of entries) {
    const length = shape.reduce((product, dim) => product * dim, 1)
    const quantised = codes.subarray(offset, offset + length)
    if (quantised.length !== length) {
      throw new Error(`${name} ends at byte ${offset + length} of ${codes.length}`)
    }
    offset += length
    const read = () => {
      const values = new Float32Array(length)
      for (let index = 0; index < length; index++) {
        values[index] = (quantised[index] as number) * quantization.scale + quantization.min
      }
      return values
    }
    const layer = name.split('/')[0] ?? ''
    layers.set(layer, [...(layers.get(layer) ?? []), { name, shape, read }])
  }
  return layers
}
