import type { Evaluator } from './Evaluator.ts'
import { joined } from './joined.ts'
import type { LinearModel } from './LinearModel.ts'
import type { OptimizerResult } from './optimizer.ts'
import type { StandardizedProblem } from './StandardizedProblem.ts'

export interface Solution extends LinearModel, Omit<OptimizerResult, 'point'> {
  /** The same model for the features as the evaluator sees them. */
  readonly evaluatorModel: LinearModel
}

interface Running {
  readonly task: number
  readonly problem: StandardizedProblem
  point: Float64Array
}

/**
 * Runs the optimisers of many problems in step, so that one pass over the features serves them all.
 * @param problems one for each task of the evaluator, in its order
 */
export async function solveProblems(
  evaluator: Evaluator,
  problems: readonly StandardizedProblem[],
): Promise<Solution[]> {
  const solutions = new Array<Solution>(problems.length)
  let running: Running[] = problems.map((problem, task) => {
    return { task, problem, point: problem.optimizer.next().value as Float64Array }
  })
  while (running.length > 0) {
    const models = running.map(({ problem, point }) => problem.evaluatorModel(point))
    const tasks = running.map(({ task }) => task)
    const { loss, ...sums } = await evaluator.evaluate(tasks, stack(models))
    running = running.filter((entry, index) => {
      const { problem, task, point } = entry
      const part = slice(sums, index, running.length)
      const next = problem.optimizer.next(problem.evaluation(point, loss[index] as number, part))
      if (!next.done) {
        entry.point = next.value
        return true
      }
      const { point: last, ...result } = next.value
      solutions[task] = { ...result, ...problem.model(last), evaluatorModel: problem.evaluatorModel(last) }
      return false
    })
  }
  return solutions
}

/** The coefficients and the intercepts of several models, one below the other. */
export function stack(models: readonly LinearModel[]): LinearModel {
  return {
    coefficients: joined(models.map(model => model.coefficients)),
    intercepts: joined(models.map(model => model.intercepts)),
  }
}

function slice({ coefficients, intercepts }: LinearModel, index: number, count: number): LinearModel {
  const part = (array: Float64Array) =>
    array.subarray((index * array.length) / count, ((index + 1) * array.length) / count)
  return { coefficients: part(coefficients), intercepts: part(intercepts) }
}
