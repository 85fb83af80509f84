import { OnnxGraph } from '../../models/onnx/OnnxGraph.ts'
import { int64s, scalar, tensor } from '../../models/onnx/tensor.ts'

export interface TinyModelOptions {
  readonly layout?: 'nhwc' | 'nchw'
  readonly dtype?: 'uint8' | 'float32'
  readonly batch?: number | string
  readonly output?: string
  /** Multiplies the embedding: another value, another model; NaN, a broken one. */
  readonly factor?: number
}

/** A 2 x 4 pixel model whose embedding is the value of the pixel in the second row, third column: three numbers, one a channel. */
export function tinyModel({
  layout = 'nhwc',
  dtype = 'uint8',
  batch = 'N',
  output = 'embedding',
  factor = 1,
}: TinyModelOptions = {}): OnnxGraph {
  const graph = new OnnxGraph({ name: 'tiny' })
  const [rows, columns] = layout === 'nhwc' ? [1, 2] : [2, 3]
  const image = graph.input('image', dtype, layout === 'nhwc' ? [batch, 2, 4, 3] : [batch, 3, 2, 4])
  const values = graph.node('Cast', [image], { to: 1 })
  const row = graph.node('Gather', [values, tensor('int64', [], BigInt64Array.of(1n))], { axis: rows })
  const pixel = graph.node('Gather', [row, int64s(2)], { axis: columns - 1 })
  const flat = graph.node('Reshape', [pixel, int64s(-1, 3)])
  graph.output(output, graph.node('Mul', [flat, scalar(factor)]), 'float32', [batch, 3])
  return graph
}
