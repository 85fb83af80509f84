import { addScaled, dot } from './optimizer.ts'

interface Pair {
  readonly step: Float64Array
  readonly change: Float64Array
  readonly curvature: number
}

/** The last steps and the changes of gradient along them: L-BFGS's approximation of the inverse Hessian. */
export class CurvaturePairs {
  readonly #memory: number
  #pairs: Pair[] = []

  constructor(memory: number) {
    this.#memory = memory
  }

  get size(): number {
    return this.#pairs.length
  }

  clear(): void {
    this.#pairs = []
  }

  /** Keeps a pair if it has positive curvature, so that the approximation stays positive definite. */
  add(step: Float64Array, change: Float64Array): void {
    const curvature = dot(step, change)
    if (!(curvature > Number.EPSILON * dot(change, change))) return
    if (this.#pairs.length === this.#memory) this.#pairs.shift()
    this.#pairs.push({ step, change, curvature })
  }

  /** -H·gradient by the two-loop recursion (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithm 7.4). */
  descent(gradient: Float64Array): Float64Array {
    let direction: Float64Array = gradient.map(value => -value)
    const factors: number[] = []
    for (const { step, change, curvature } of this.#pairs.toReversed()) {
      const factor = dot(step, direction) / curvature
      factors.push(factor)
      direction = addScaled(direction, -factor, change)
    }
    const newest = this.#pairs.at(-1)
    if (newest !== undefined) {
      const scale = newest.curvature / dot(newest.change, newest.change)
      for (let at = 0; at < direction.length; at++) direction[at] = (direction[at] as number) * scale
    }
    for (const { step, change, curvature } of this.#pairs) {
      const factor = (factors.pop() as number) - dot(change, direction) / curvature
      direction = addScaled(direction, factor, step)
    }
    return direction
  }
}
