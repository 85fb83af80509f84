import { Random } from '../../models/heads/Random.ts'
import { type ModelInput, plainNormalization } from '../../models/ModelManifest.ts'
import { OnnxGraph, type OnnxValue } from '../../models/onnx/OnnxGraph.ts'
import { int64s, tensor } from '../../models/onnx/tensor.ts'

/** What `smallNetwork` sees. */
export function smallNetworkInput(dtype: 'uint8' | 'float32' = 'uint8'): ModelInput {
  const normalized = { mean: [128, 120, 110], scale: [1 / 64, 1 / 60, 1 / 62] } as const
  return {
    name: 'image',
    height: 16,
    width: 16,
    layout: 'nchw',
    dtype,
    channels: 'rgb',
    ...(dtype === 'float32'
      ? { mean: [...normalized.mean], scale: [...normalized.scale] }
      : plainNormalization),
  }
}

/** Two convolutions with fixed random weights around an upscaling, 32-d: the operators of embedding models, in no time. */
export function smallNetwork(
  dtype: 'uint8' | 'float32' = 'uint8',
  { bias = 0 }: { readonly bias?: number } = {},
): OnnxGraph {
  const graph = new OnnxGraph({ name: 'small' })
  const random = new Random(7)
  const weights = (dims: readonly number[], size: number) =>
    tensor(
      'float32',
      dims,
      Float32Array.from(
        { length: dims.reduce((a, b) => a * b, 1) },
        () => (random.bits() / 2 ** 32 - 0.5) * size,
      ),
    )
  const convolve = (value: OnnxValue, filters: number, channels: number, size: number) =>
    graph.node('Relu', [
      graph.node('Conv', [
        value,
        weights([filters, channels, 3, 3], size),
        tensor('float32', [filters], new Float32Array(filters).fill(bias)),
      ]),
    ])
  const image = graph.input('image', dtype, ['N', 3, 16, 16])
  const pixels = dtype === 'uint8' ? graph.node('Cast', [image], { to: 1 }) : image
  const first = convolve(pixels, 24, 3, dtype === 'uint8' ? 0.005 : 0.3)
  // The factors stay float32 whatever the pixels are.
  const larger = graph.node(
    'Resize',
    [first, null, tensor('float32', [4], Float32Array.of(1, 1, 1.5, 1.5))],
    {
      mode: 'nearest',
    },
  )
  const second = convolve(larger, 32, 24, 0.2)
  const pooled = graph.node('GlobalAveragePool', [second])
  graph.output('embedding', graph.node('Reshape', [pooled, int64s(-1, 32)]), 'float32', ['N', 32])
  return graph
}

export function noise(bytes: number): Uint8Array {
  const random = new Random(11)
  return Uint8Array.from({ length: bytes }, () => random.bits() & 255)
}
