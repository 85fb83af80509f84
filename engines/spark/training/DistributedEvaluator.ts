import type { Evaluator, LossAndGradient } from '../../../models/heads/Evaluator.ts'
import type { LinearModel } from '../../../models/heads/LinearModel.ts'
import { floatsToBase64 } from '../../../stages/gradient/floats.ts'
import { addSums, unpackLoss } from '../../../stages/gradient/packSums.ts'
import type { GradientParams } from '../../../stages/gradient/params.ts'
import { evaluateParts } from './evaluateParts.ts'
import { sumParts } from './sumParts.ts'
import type { TrainingParts } from './TrainingParts.ts'

export interface DistributedEvaluatorOptions {
  readonly parts: TrainingParts
  readonly head: Pick<GradientParams, 'head' | 'labels' | 'threads'>
  /** By regression and class: see `classFactors`. */
  readonly factors: (number[] | null)[]
  /** The regressions from `first` to before `end` are the evaluator's tasks. */
  readonly first: number
  readonly end: number
  readonly outputs: number
  readonly origin: Float32Array
}

/** Loss and gradient over rows spread over workers: the models go to them, sums of parts come back and are added up in 64 bits. */
export class DistributedEvaluator implements Evaluator {
  readonly #options: DistributedEvaluatorOptions
  readonly #origin: string

  constructor(options: DistributedEvaluatorOptions) {
    this.#options = options
    this.#origin = floatsToBase64(options.origin)
  }

  async evaluate(active: readonly number[], models: LinearModel): Promise<LossAndGradient> {
    const { parts, head, factors, first, end, outputs } = this.#options
    const { sums, columns } = await evaluateParts(parts, {
      ...head,
      request: {
        kind: 'loss',
        factors,
        first,
        end,
        origin: this.#origin,
        active: [...active],
        // The graph takes 32 bits: the same as it is given in one process.
        coefficients: floatsToBase64(Float32Array.from(models.coefficients)),
        intercepts: floatsToBase64(Float32Array.from(models.intercepts)),
      },
    })
    return unpackLoss(sumParts(sums, addSums), { columns, outputs, tasks: active.length })
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
