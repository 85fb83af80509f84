import type { LinearModel } from './LinearModel.ts'

/** Sums over all rows: of the loss for each task [A], and of its derivatives by the coefficients [A·C·d] and the intercepts [A·C]. */
export interface LossAndGradient extends LinearModel {
  readonly loss: Float64Array
}

/** What an optimiser needs of the rows, wherever they are. */
export interface Evaluator extends AsyncDisposable {
  /**
   * Weighted sums of the loss and its gradient.
   * @param active numbers of the tasks to evaluate, A of them; one may come several times, for several models
   * @param models their coefficients (A·C rows of d) and intercepts (A·C), for features less the evaluator's origin
   */
  evaluate(active: readonly number[], models: LinearModel): Promise<LossAndGradient>
}
