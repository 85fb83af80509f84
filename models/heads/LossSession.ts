import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { type LossGraphOptions, lossGraph } from './lossGraph.ts'

export type MakeTensor = (data: Float32Array, dims: readonly number[]) => Tensor

export interface LossSessionOptions extends LossGraphOptions {
  readonly threads: number
}

/** The loss graph, ready to run on blocks of rows. Evaluators of the same shape may share one. */
export class LossSession implements AsyncDisposable {
  readonly tensor: MakeTensor
  readonly #session: InferenceSession

  private constructor(session: InferenceSession, tensor: MakeTensor) {
    this.#session = session
    this.tensor = tensor
  }

  static async open({ threads, ...graph }: LossSessionOptions): Promise<LossSession> {
    const onnxruntime = await import('onnxruntime-node')
    const session = await onnxruntime.InferenceSession.create(lossGraph(graph), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
      // Threads that wait in a loop take the core from whoever else needs it: half the speed on a busy machine, no gain on an idle one.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    })
    return new LossSession(session, (data, dims) => new onnxruntime.Tensor('float32', data, dims))
  }

  /** @param outputs names of those outputs of the graph that are wanted */
  run(
    inputs: InferenceSession.OnnxValueMapType,
    outputs: readonly string[],
  ): Promise<InferenceSession.OnnxValueMapType> {
    return this.#session.run(inputs, outputs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release()
  }
}
