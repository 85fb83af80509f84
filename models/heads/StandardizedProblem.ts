import type { FeatureStatistics } from './featureStatistics.ts'
import type { LinearModel } from './LinearModel.ts'
import { lbfgs } from './lbfgs.ts'
import type { Evaluation, Optimizer } from './optimizer.ts'
import { owlqn } from './owlqn.ts'

export interface Regularization {
  /** Strength of the penalty on the coefficients of standardised features; 0 is none. */
  readonly regParam: number
  /** 0 is all L2, 1 all L1. */
  readonly elasticNetParam: number
}

export interface StandardizedProblemOptions extends Regularization {
  readonly outputs: number
  readonly statistics: FeatureStatistics
  /** What the evaluator subtracts from every row. */
  readonly origin: Float32Array
  /** The intercepts at which to start, the coefficients being zero. */
  readonly intercepts: Float64Array
  readonly maxIterations: number
  readonly tolerance: number
}

/**
 * One logistic regression in the coordinates MLlib optimises in: coefficients of features centred on their mean and divided by their
 * standard deviation. Both are folded into the coefficients and the gradient, so that no standardised copy of the features exists.
 * Centring changes the intercepts alone, which no penalty touches: the objective is the same with and without.
 *
 * A point holds outputs × d coefficients, then the intercepts.
 */
export class StandardizedProblem {
  readonly #options: StandardizedProblemOptions
  readonly #columns: number
  /** Mean less the evaluator's origin. */
  readonly #shift: Float64Array
  readonly optimizer: Optimizer

  constructor(options: StandardizedProblemOptions) {
    const { statistics, origin, outputs, intercepts, regParam, elasticNetParam } = options
    this.#options = options
    this.#columns = statistics.mean.length
    this.#shift = statistics.mean.map((mean, at) => mean - (origin[at] as number))
    const size = outputs * this.#columns
    const start = new Float64Array(size + outputs)
    start.set(intercepts, size)
    const search = { start, maxIterations: options.maxIterations, tolerance: options.tolerance }
    const l1 = regParam * elasticNetParam
    this.optimizer =
      l1 > 0 ? owlqn({ ...search, l1: new Float64Array(start.length).fill(l1, 0, size) }) : lbfgs(search)
  }

  /** The model at a point, for features as the evaluator sees them: less its origin. */
  evaluatorModel(point: Float64Array): LinearModel {
    return this.#unstandardize(point, this.#shift)
  }

  /** The model at a point, for the features given. */
  model(point: Float64Array): LinearModel {
    return this.#unstandardize(point, this.#options.statistics.mean)
  }

  #unstandardize(point: Float64Array, mean: Float64Array): LinearModel {
    const { outputs, statistics } = this.#options
    const columns = this.#columns
    const coefficients = point.slice(0, outputs * columns)
    const intercepts = point.slice(outputs * columns)
    for (let output = 0; output < outputs; output++) {
      let offset = 0
      for (let column = 0; column < columns; column++) {
        const at = output * columns + column
        const coefficient = (point[at] as number) * (statistics.inverseDeviation[column] as number)
        coefficients[at] = coefficient
        offset += coefficient * (mean[column] as number)
      }
      intercepts[output] = (intercepts[output] as number) - offset
    }
    return { coefficients, intercepts }
  }

  /**
   * Mean loss plus the L2 term, and their gradient at a point, from the evaluator's sums over the rows for that point. The L1 term
   * is OWL-QN's own.
   */
  evaluation(point: Float64Array, loss: number, sums: LinearModel): Evaluation {
    const { outputs, statistics, regParam, elasticNetParam } = this.#options
    const { inverseDeviation, weightSum } = statistics
    const columns = this.#columns
    const l2 = regParam * (1 - elasticNetParam)
    const gradient = new Float64Array(point.length)
    let squares = 0
    for (let output = 0; output < outputs; output++) {
      const residual = sums.intercepts[output] as number
      gradient[outputs * columns + output] = residual / weightSum
      for (let column = 0; column < columns; column++) {
        const at = output * columns + column
        const centred = (sums.coefficients[at] as number) - (this.#shift[column] as number) * residual
        const coefficient = point[at] as number
        gradient[at] = (centred * (inverseDeviation[column] as number)) / weightSum + l2 * coefficient
        squares += coefficient * coefficient
      }
    }
    return { value: loss / weightSum + (l2 / 2) * squares, gradient }
  }
}
