import type { Evaluator, LossAndGradient } from '../../../models/heads/Evaluator.ts'
import type { HeldOutSums } from '../../../models/heads/heldOutSums.ts'
import type { LinearModel } from '../../../models/heads/LinearModel.ts'
import type { HeldOut } from '../../../models/heads/rowTasks.ts'
import { floatsToBase64 } from '../../../stages/gradient/floats.ts'
import { addSums, unpackHeldOut, unpackLoss } from '../../../stages/gradient/packSums.ts'
import type { GradientParams } from '../../../stages/gradient/params.ts'
import { evaluateParts } from './evaluateParts.ts'
import { sumParts } from './sumParts.ts'
import type { TrainingParts } from './TrainingParts.ts'

export interface DistributedTasks {
  readonly parts: TrainingParts
  readonly head: Pick<GradientParams, 'head' | 'labels' | 'threads'>
  /** The tasks are the head's regressions without the rows of the first, then without those of the second, ... */
  readonly heldOut: HeldOut[]
  /** By task and class: see `classFactors`. */
  readonly factors: (number[] | null)[]
  readonly outputs: number
}

export interface DistributedEvaluatorOptions extends DistributedTasks {
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
    const { sums, columns } = await this.#sums('loss', active, models)
    return unpackLoss(sums, { columns, outputs: this.#options.outputs, tasks: active.length })
  }

  /** How well models do on the rows that their tasks hold out. */
  async heldOut(tasks: readonly number[], models: LinearModel): Promise<HeldOutSums[]> {
    const { sums } = await this.#sums('held_out', tasks, models)
    return unpackHeldOut(sums, tasks.length)
  }

  async #sums(kind: 'loss' | 'held_out', tasks: readonly number[], models: LinearModel) {
    const { parts, head, heldOut, factors } = this.#options
    const { sums, columns } = await evaluateParts(parts, {
      ...head,
      request: {
        kind,
        heldOut,
        factors,
        tasks: [...tasks],
        origin: this.#origin,
        // The graph takes 32 bits: the same as it is given in one process.
        coefficients: floatsToBase64(Float32Array.from(models.coefficients)),
        intercepts: floatsToBase64(Float32Array.from(models.intercepts)),
      },
    })
    return { sums: sumParts(sums, addSums), columns }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
