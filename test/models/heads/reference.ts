/**
 * Slow, plain, independent versions of what models/heads computes, in 64 bits and on standardised copies of the features: what the
 * tests compare with.
 */
export interface ReferenceProblem {
  /** rows × columns */
  readonly x: readonly (readonly number[])[]
  /** Class of each row. */
  readonly y: readonly number[]
  readonly weights?: readonly number[]
  /** 1: one logistic function; more: softmax. */
  readonly outputs: number
  readonly regParam: number
  readonly elasticNetParam: number
}

export interface ReferenceFit {
  readonly objective: number
  /** On the original scale: outputs × columns. */
  readonly coefficients: number[][]
  readonly intercepts: number[]
}

/** Uniform numbers from a seed (mulberry32), independent of the product's generator. */
export function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function gaussian(seed: number): () => number {
  const next = uniform(seed)
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
}

/** Rows of noisy class centres, correlated, with means away from zero; as 32-bit numbers, like embeddings. */
export function clusters({ rows, columns, classes, seed, spread = 1, offset = 1 }: ClusterOptions) {
  const random = gaussian(seed)
  const centres = Array.from({ length: classes }, () => Array.from({ length: columns }, random))
  const y = Array.from({ length: rows }, (_, row) => row % classes)
  const x = y.map(label => {
    const common = random()
    return (centres[label] as number[]).map(centre =>
      Math.fround(offset + 0.7 * centre + spread * (random() + 0.5 * common)),
    )
  })
  return { x, y, data: Float32Array.from(x.flat()) }
}

interface ClusterOptions {
  readonly rows: number
  readonly columns: number
  readonly classes: number
  readonly seed: number
  readonly spread?: number
  readonly offset?: number
}

/** Accelerated proximal gradient (FISTA with restarts) to far below the precision compared with. */
export function referenceFit(problem: ReferenceProblem): ReferenceFit {
  const { x, y, outputs, regParam, elasticNetParam } = problem
  const weights = problem.weights ?? x.map(() => 1)
  const { z, mean, deviation } = standardize(x, weights)
  const columns = mean.length
  const weightSum = sum(weights)
  const l1 = regParam * elasticNetParam
  const l2 = regParam * (1 - elasticNetParam)
  const width = columns + 1

  const smooth = (point: readonly number[]) => {
    let value = 0
    const gradient = new Array<number>(point.length).fill(0)
    z.forEach((row, at) => {
      const weight = weights[at] as number
      if (weight === 0) return
      const scores = Array.from({ length: outputs }, (_, output) => {
        const start = output * width
        return row.reduce(
          (total, feature, j) => total + feature * get(point, start + j),
          get(point, start + columns),
        )
      })
      const { loss, residuals } = rowLoss(scores, y[at] as number)
      value += (weight / weightSum) * loss
      residuals.forEach((residual, output) => {
        const scaled = (weight / weightSum) * residual
        const start = output * width
        row.forEach((feature, j) => {
          gradient[start + j] = get(gradient, start + j) + scaled * feature
        })
        gradient[start + columns] = get(gradient, start + columns) + scaled
      })
    })
    point.forEach((coefficient, at) => {
      if (at % width === columns) return
      value += (l2 / 2) * coefficient ** 2
      gradient[at] = get(gradient, at) + l2 * coefficient
    })
    return { value, gradient }
  }
  const objective = (point: readonly number[]) =>
    smooth(point).value +
    l1 * sum(point.map((coefficient, at) => (at % width === columns ? 0 : Math.abs(coefficient))))

  // The Hessian is at most half (softmax) the largest eigenvalue of ZᵀZ/n plus one for the intercept, which the trace bounds.
  const step = 1 / (0.5 * (columns + 1) + l2)
  let point = new Array<number>(outputs * width).fill(0)
  let ahead = point
  let momentum = 1
  let value = objective(point)
  let idle = 0
  for (let iteration = 0; iteration < 100_000 && idle < 50; iteration++) {
    const { gradient } = smooth(ahead)
    const next = ahead.map((coefficient, at) => {
      const moved = coefficient - step * get(gradient, at)
      return at % width === columns ? moved : Math.sign(moved) * Math.max(Math.abs(moved) - step * l1, 0)
    })
    const nextValue = objective(next)
    const nextMomentum = (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2
    const isWorse = nextValue > value
    ahead = isWorse
      ? point
      : next.map(
          (coefficient, at) => coefficient + ((momentum - 1) / nextMomentum) * (coefficient - get(point, at)),
        )
    momentum = isWorse ? 1 : nextMomentum
    idle = value - nextValue <= 1e-15 * Math.abs(value) ? idle + 1 : 0
    if (!isWorse) {
      point = next
      value = nextValue
    }
  }
  const coefficients = Array.from({ length: outputs }, (_, output) =>
    mean.map((_, j) => (deviation[j] === 0 ? 0 : get(point, output * width + j) / get(deviation, j))),
  )
  const intercepts = coefficients.map(
    (row, output) => get(point, output * width + columns) - sum(row.map((c, j) => c * get(mean, j))),
  )
  return { objective: value, coefficients, intercepts }
}

function rowLoss(scores: readonly number[], truth: number) {
  if (scores.length === 1) {
    const margin = truth === 1 ? get(scores, 0) : -get(scores, 0)
    const probability = 1 / (1 + Math.exp(-get(scores, 0)))
    return { loss: Math.log(1 + Math.exp(-margin)), residuals: [probability - truth] }
  }
  const total = sum(scores.map(Math.exp))
  const probabilities = scores.map(score => Math.exp(score) / total)
  return {
    loss: -Math.log(get(probabilities, truth)),
    residuals: probabilities.map((probability, at) => probability - (at === truth ? 1 : 0)),
  }
}

/** Two passes, unbiased with reliability weights. */
function standardize(x: readonly (readonly number[])[], weights: readonly number[]) {
  const weightSum = sum(weights)
  const columns = x[0]?.length ?? 0
  const mean = Array.from(
    { length: columns },
    (_, j) => sum(x.map((row, i) => get(weights, i) * get(row, j))) / weightSum,
  )
  const freedom = weightSum - sum(weights.map(weight => weight ** 2)) / weightSum
  const deviation = mean.map((centre, j) =>
    Math.sqrt(sum(x.map((row, i) => get(weights, i) * (get(row, j) - centre) ** 2)) / freedom),
  )
  const z = x.map(row =>
    row.map((value, j) => (deviation[j] === 0 ? 0 : (value - get(mean, j)) / get(deviation, j))),
  )
  return { z, mean, deviation }
}

/**
 * MLlib's objective of coefficients on the original scale: the definition, term by term.
 */
export function objectiveOf(
  problem: ReferenceProblem,
  coefficients: readonly number[][],
  intercepts: readonly number[],
): number {
  const { x, y, regParam, elasticNetParam } = problem
  const weights = problem.weights ?? x.map(() => 1)
  const { deviation } = standardize(x, weights)
  const losses = x.map((row, at) => {
    const scores = coefficients.map(
      (c, output) => sum(c.map((value, j) => value * get(row, j))) + get(intercepts, output),
    )
    return get(weights, at) === 0 ? 0 : get(weights, at) * rowLoss(scores, get(y, at)).loss
  })
  const standardized = coefficients.flatMap(row => row.map((value, j) => value * get(deviation, j)))
  return (
    sum(losses) / sum(weights) +
    regParam *
      (elasticNetParam * sum(standardized.map(Math.abs)) +
        ((1 - elasticNetParam) / 2) * sum(standardized.map(value => value ** 2)))
  )
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function get(values: readonly number[], at: number): number {
  return values[at] as number
}

/** Rows of a flat matrix. */
export function rowsOf(matrix: ArrayLike<number>, columns: number): number[][] {
  return Array.from({ length: matrix.length / columns }, (_, row) =>
    Array.from({ length: columns }, (_, column) => matrix[row * columns + column] as number),
  )
}
