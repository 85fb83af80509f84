import { userError } from '../../base/HubError.ts'
import type { StoredConvolution, StoredWeight } from '../inceptionV3.ts'
import { inceptionV3Convolutions } from '../inceptionV3Topology.ts'

/** Names under which Keras keeps the weights of a convolution and its batch normalisation. */
const parts = {
  kernel: 'kernel',
  beta: 'beta',
  moving_mean: 'movingMean',
  moving_variance: 'movingVariance',
} as const

/**
 * Brings the layers of a Keras InceptionV3 into the order of the plan. Keras numbers layers as it creates them (`conv2d`,
 * `conv2d_1`, ...; the first number depends on what the process built before), but lists them by depth: only the number tells.
 * @param layers the weights of each layer by layer name; layers that are neither kind (a classifier) are left out
 * @throws HubError `wrong_layout` where there are not 94 of each kind, `wrong_weights` where a layer has other weights
 */
export function orderInceptionLayers(
  layers: ReadonlyMap<string, readonly StoredWeight[]>,
): StoredConvolution[] {
  const convolutions = byNumber(layers, /^conv2d(?:_(\d{1,6}))?$/, 'convolutions (conv2d_*)')
  const normalizations = byNumber(
    layers,
    /^batch_normalization(?:_v1)?(?:_(\d{1,6}))?$/,
    'batch normalisations (batch_normalization_*)',
  )
  return convolutions.map((convolution, index) => {
    const normalization = normalizations[index] as string
    const found: Partial<Record<keyof StoredConvolution, StoredWeight>> = {}
    for (const weight of [...(layers.get(convolution) ?? []), ...(layers.get(normalization) ?? [])]) {
      const part = weight.name.split('/').at(-1)?.replace(/:\d+$/, '') ?? ''
      if (!Object.hasOwn(parts, part)) {
        throw wrongWeights(`${weight.name} is a weight that InceptionV3 does not have`)
      }
      found[parts[part as keyof typeof parts]] = weight
    }
    const { kernel, beta, movingMean, movingVariance } = found
    if (kernel && beta && movingMean && movingVariance) return { kernel, beta, movingMean, movingVariance }
    const missing = Object.entries(parts).flatMap(([name, part]) => (found[part] ? [] : [name]))
    throw wrongWeights(`${convolution} and ${normalization} lack ${missing.join(', ')}`)
  })
}

function byNumber(layers: ReadonlyMap<string, unknown>, pattern: RegExp, kind: string): string[] {
  const expected = inceptionV3Convolutions().length
  const numbered = [...layers.keys()]
    .flatMap(name => {
      const match = pattern.exec(name)
      return match ? [{ name, number: Number(match[1] ?? 0) }] : []
    })
    .sort((a, b) => a.number - b.number)
  if (numbered.length === expected) return numbered.map(({ name }) => name)
  const gap = numbered.find(({ number }, index) => number !== (numbered[0]?.number ?? 0) + index)
  throw userError(
    'wrong_layout',
    `${numbered.length} ${kind} where InceptionV3 has ${expected}${gap ? `; the one before ${gap.name} is missing` : ''}`,
    'give the weights of Keras Applications InceptionV3 in its legacy h5 layout, for example inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5',
  )
}

function wrongWeights(message: string) {
  return userError('wrong_weights', message, 'these are not the weights of Keras Applications InceptionV3')
}
