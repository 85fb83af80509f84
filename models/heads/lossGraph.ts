import { OnnxGraph, type OnnxValue } from '../onnx/OnnxGraph.ts'
import { int64s, scalar } from '../onnx/tensor.ts'

/** softmax: the classes of a task exclude each other. sigmoid: one output, present or absent. */
export type Link = 'softmax' | 'sigmoid'

export interface LossGraphOptions {
  readonly columns: number
  /** Outputs C of one task: the number of classes for softmax, 1 for sigmoid. */
  readonly outputs: number
  readonly link: Link
}

/**
 * Loss and gradient of many logistic regressions (tasks) on one block of rows, as an ONNX model.
 *
 * Inputs: `features` [R,d], `coefficients` [A·C,d], `intercepts` [A·C], `targets` [R,A|1,C] (one-hot, or 0 and 1), `weights` [R,A|1,1],
 * `origin` [d], subtracted from every row first so that features far from zero keep their digits in 32 bits. Outputs: `loss` [R,A], not weighted, a row each so that the caller can sum in f64;
 * `coefficient_gradient` [A·C,d] and `intercept_gradient` [A·C], weighted sums over the block; `logits` [R,A·C].
 */
export function lossGraph({ columns, outputs, link }: LossGraphOptions): Uint8Array {
  const graph = new OnnxGraph({ name: 'logistic_loss' })
  const raw = graph.input('features', 'float32', ['R', columns])
  const features = graph.node('Sub', [raw, graph.input('origin', 'float32', [columns])])
  const coefficients = graph.input('coefficients', 'float32', ['K', columns])
  const intercepts = graph.input('intercepts', 'float32', ['K'])
  const targets = graph.input('targets', 'float32', ['R', 'Q', outputs])
  const weights = graph.input('weights', 'float32', ['R', 'V', 1])

  const logits = graph.node('Gemm', [features, coefficients, intercepts], { transB: 1 })
  const byTask = graph.node('Reshape', [logits, int64s(0, -1, outputs)])
  const { loss, probability } =
    link === 'softmax' ? softmaxLoss(graph, byTask, targets) : sigmoidLoss(graph, byTask, targets)
  const residual = graph.node('Mul', [graph.node('Sub', [probability, targets]), weights])
  const flat = graph.node('Reshape', [residual, int64s(0, -1)])

  graph.output('loss', loss, 'float32', ['R', 'A'])
  const gradient = graph.node('Gemm', [flat, features], { transA: 1 })
  graph.output('coefficient_gradient', gradient, 'float32', ['K', columns])
  const interceptGradient = graph.node('ReduceSum', [flat, int64s(0)], { keepdims: 0 })
  graph.output('intercept_gradient', interceptGradient, 'float32', ['K'])
  graph.output('logits', logits, 'float32', ['R', 'K'])
  return graph.toBytes()
}

function softmaxLoss(graph: OnnxGraph, logits: OnnxValue, targets: OnnxValue) {
  const logProbability = graph.node('LogSoftmax', [logits], { axis: -1 })
  const likelihood = graph.node('ReduceSum', [graph.node('Mul', [logProbability, targets]), int64s(2)], {
    keepdims: 0,
  })
  return { loss: graph.node('Neg', [likelihood]), probability: graph.node('Exp', [logProbability]) }
}

/** log(1 + exp(∓z)), the sign by the target: Softplus is stable on both sides. */
function sigmoidLoss(graph: OnnxGraph, logits: OnnxValue, targets: OnnxValue) {
  const sign = graph.node('Sub', [scalar(1), graph.node('Mul', [targets, scalar(2)])])
  const loss = graph.node('Softplus', [graph.node('Mul', [logits, sign])])
  return {
    loss: graph.node('Squeeze', [loss, int64s(2)]),
    probability: graph.node('Sigmoid', [logits]),
  }
}
