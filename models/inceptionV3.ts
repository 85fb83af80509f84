import { userError } from '../base/HubError.ts'
import { type ConvolutionWeights, foldBatchNorm } from './foldBatchNorm.ts'
import {
  inceptionV3Dimensions,
  inceptionV3InputSize,
  inceptionV3Topology,
  type NumberedConvolution,
  walkTopology,
} from './inceptionV3Topology.ts'
import { OnnxGraph, type OnnxValue } from './onnx/OnnxGraph.ts'
import { tensor } from './onnx/tensor.ts'

/** A weight as a file holds it: its name there (for error messages), its shape, and its values, read only when asked for. */
export interface StoredWeight {
  readonly name: string
  readonly shape: readonly number[]
  readonly read: () => Float32Array
}

/** The weights of one convolution and its batch normalisation, as they lie in a file. */
export type StoredConvolution = Readonly<Record<keyof ConvolutionWeights, StoredWeight>>

export interface InceptionV3Options {
  /** In the order of the convolutions' numbers; asked for one at a time, so that one is in memory at a time. */
  readonly convolutions: readonly StoredConvolution[]
  /** Facts kept in the model's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>
}

const epsilon = 1e-3 // Keras Applications, inception_v3.py leaves BatchNormalization's default
const preprocessing = { scale: 1 / 127.5, shift: -1 } // pixels 0..255 to -1..1

/**
 * InceptionV3 without its classifier as an ONNX graph: input `image`, uint8 RGB pixels [N, 299, 299, 3]; output `embedding`,
 * float32 [N, 2048]. Batch normalisation and preprocessing are folded into the convolutions.
 * @throws HubError `wrong_weights` where a weight is missing, has another shape or is not finite: layer, found, expected.
 */
export function inceptionV3Graph({ convolutions, metadata = {} }: InceptionV3Options): OnnxGraph {
  const graph = new OnnxGraph({ name: 'inception_v3', metadata })
  const size = inceptionV3InputSize
  const image = graph.input('image', 'uint8', ['N', size, size, 3])
  // Transposed while it is one byte a value: a quarter of the memory traffic.
  const planes = graph.node('Transpose', [image], { perm: [0, 3, 1, 2] })
  const pixels = graph.node('Cast', [planes], { to: 1 })

  const { value: features } = walkTopology<OnnxValue>(inceptionV3Topology, pixels, {
    convolution(input, convolution) {
      const { number, filters, inputChannels, rows, columns, stride, padding } = convolution
      const { weights, bias } = foldBatchNorm(readWeights(convolutions[number - 1], convolution), {
        ...convolution,
        epsilon,
        ...(number === 1 ? { input: preprocessing } : {}),
      })
      checkFinite(convolutions[number - 1], weights, bias)
      const shape = [filters, inputChannels, rows, columns]
      const [above, left] = padding === 'same' ? [(rows - 1) / 2, (columns - 1) / 2] : [0, 0]
      const name = `conv${number}`
      const parameters = [
        graph.constant(tensor('float32', shape, weights), `${name}.weight`),
        graph.constant(tensor('float32', [filters], bias), `${name}.bias`),
      ]
      const attributes = {
        kernel_shape: [rows, columns],
        strides: [stride, stride],
        pads: [above, left, above, left],
      }
      return graph.node('Relu', [graph.node('Conv', [input, ...parameters], attributes, { name })])
    },
    pool: (input, { kind }) =>
      kind === 'max'
        ? graph.node('MaxPool', [input], { kernel_shape: [3, 3], strides: [2, 2] })
        : graph.node('AveragePool', [input], {
            kernel_shape: [3, 3],
            strides: [1, 1],
            pads: [1, 1, 1, 1],
            count_include_pad: 0,
          }),
    concatenate: (inputs, { name }) => graph.node('Concat', inputs, { axis: 1 }, { name }),
  })

  const pooled = graph.node('Flatten', [graph.node('GlobalAveragePool', [features])], { axis: 1 })
  graph.output('embedding', pooled, 'float32', ['N', inceptionV3Dimensions])
  return graph
}

/** The shapes that the plan expects of the weights of a convolution. */
export function expectedShapes({
  rows,
  columns,
  inputChannels,
  filters,
}: NumberedConvolution): Readonly<Record<keyof ConvolutionWeights, readonly number[]>> {
  return {
    kernel: [rows, columns, inputChannels, filters],
    beta: [filters],
    movingMean: [filters],
    movingVariance: [filters],
  }
}

function readWeights(
  stored: StoredConvolution | undefined,
  convolution: NumberedConvolution,
): ConvolutionWeights {
  if (stored === undefined) throw wrongWeights(`convolution ${convolution.number} of 94 is missing`)
  const expected = expectedShapes(convolution)
  const read = (part: keyof ConvolutionWeights) => {
    const { name, shape, read } = stored[part]
    if (shape.join() !== expected[part].join()) {
      throw wrongWeights(
        `${name} (convolution ${convolution.number}) has shape [${shape.join(', ')}], expected [${expected[part].join(', ')}]`,
      )
    }
    return read()
  }
  return {
    kernel: read('kernel'),
    beta: read('beta'),
    movingMean: read('movingMean'),
    movingVariance: read('movingVariance'),
  }
}

function checkFinite(stored: StoredConvolution | undefined, ...arrays: Float32Array[]): void {
  if (arrays.every(array => array.every(Number.isFinite))) return
  const layers = stored === undefined ? '' : `${stored.kernel.name}, ${stored.movingVariance.name}`
  throw wrongWeights(`the weights ${layers} hold or fold to numbers that are not finite`)
}

function wrongWeights(message: string) {
  return userError(
    'wrong_weights',
    message,
    'give the weights of InceptionV3 (Keras Applications, "notop" or with its classifier), undamaged',
  )
}
