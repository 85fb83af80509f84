import type { CrossValidation } from '../models/heads/crossValidate.ts'
import type { FittedHead } from '../models/heads/fitHead.ts'
import type { Regularization } from '../models/heads/StandardizedProblem.ts'
import type { FitResult } from './Training.ts'

/** How an engine does it. */
export interface Fitting {
  fit(regularization: Regularization): Promise<FittedHead>
  crossValidate(): Promise<CrossValidation>
}

/** A head by the one combination of a grid, or by the best of several. */
export async function fitFromGrid(grid: readonly Regularization[], fitting: Fitting): Promise<FitResult> {
  const [only, ...others] = grid
  if (only !== undefined && others.length === 0)
    return { head: await fitting.fit(only), regularization: only, grid: null }
  const { head, best, scores } = await fitting.crossValidate()
  return { head, regularization: best, grid: scores }
}
