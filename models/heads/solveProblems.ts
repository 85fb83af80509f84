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
  readonly index: number
  readonly task: number
  readonly problem: StandardizedProblem
  point: Float64Array
}

/**
 * Runs the optimisers of many problems in step, so that one pass over the features serves them all.
 * @param tasks the evaluator's task that each problem is about
 */
export async function solveProblems(
  evaluator: Evaluator,
  problems: readonly StandardizedProblem[],
  tasks: readonly number[],
): Promise<Solution[]> {
  const solutions = new Array<Solution>(problems.length)
  let running: Running[] = problems.map((problem, index) => {
    const point = problem.optimizer.next().value as Float64Array
    return { index, task: tasks[index] as number, problem, point }
  })
  while (running.length > 0) {
    const models = running.map(({ problem, point }) => problem.evaluatorModel(point))
    const active = running.map(({ task }) => task)
    const { loss, ...sums } = await evaluator.evaluate(active, stack(models))
    running = running.filter((entry, at) => {
      const { index, problem, point } = entry
      const part = slice(sums, at, running.length)
      const next = problem.optimizer.next(problem.evaluation(point, loss[at] as number, part))
      if (!next.done) {
        entry.point = next.value
        return true
      }
      const { point: last, ...result } = next.value
      solutions[index] = { ...result, ...problem.model(last), evaluatorModel: problem.evaluatorModel(last) }
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
