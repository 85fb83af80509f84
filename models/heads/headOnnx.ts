import { OnnxGraph } from '../onnx/OnnxGraph.ts'
import { tensor } from '../onnx/tensor.ts'
import type { FittedHead } from './fitHead.ts'
import { type HeadFacts, headMetadata } from './HeadFacts.ts'

export interface HeadOnnxOptions {
  readonly head: Pick<FittedHead, 'kind' | 'labels' | 'columns' | 'coefficients' | 'intercepts'>
  /** Name that a person gave. */
  readonly name: string
  /** The model whose embeddings the head reads. */
  readonly model: HeadFacts['model']
}

/**
 * A head as an ONNX model that any runtime takes: input `embedding` float32 [N,d], output `probability` float32 [N,k], a column for
 * each label in order. Its `metadata_props` hold what `HeadFacts` lists.
 * @returns the bytes of the file
 */
export function headOnnx({ head, name, model }: HeadOnnxOptions): Uint8Array {
  const { kind, labels, columns, coefficients, intercepts } = head
  const graph = new OnnxGraph({ name: 'head', metadata: headMetadata({ name, kind, labels, model }) })
  const embedding = graph.input('embedding', 'float32', ['N', columns])
  const weights = tensor('float32', [intercepts.length, columns], Float32Array.from(coefficients))
  const bias = tensor('float32', [intercepts.length], Float32Array.from(intercepts))
  const logits = graph.node('Gemm', [embedding, weights, bias], { transB: 1 })
  const probability =
    kind === 'multinomial' ? graph.node('Softmax', [logits], { axis: -1 }) : graph.node('Sigmoid', [logits])
  const complete =
    kind === 'binary' && labels.length === 2
      ? graph.node('Concat', [graph.node('Sigmoid', [graph.node('Neg', [logits])]), probability], { axis: 1 })
      : probability
  graph.output('probability', complete, 'float32', ['N', labels.length])
  return graph.toBytes()
}
