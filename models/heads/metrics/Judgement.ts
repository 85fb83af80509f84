/**
 * Predictions and truth laid out for counting. The unit is whatever is judged once: a row for exclusive classes, a verified pair of
 * row and label for independent ones.
 */
export interface Judgement {
  /** Row of each unit. */
  readonly rows: Int32Array
  readonly isCorrect: Uint8Array
  /** -log(probability of the truth). */
  readonly loss: Float64Array
  readonly squaredError: Float64Array
  /** What the reliability bins hold: the probability stated. */
  readonly confidence: Float64Array
  /** Whether what was stated came true. */
  readonly cameTrue: Uint8Array
  /** For each unit the class predicted and the true one, or -1 for none. */
  readonly predicted: Int32Array
  readonly actual: Int32Array
}

/** Of a probability of zero, so that one sure mistake does not make the mean infinite: the least positive 32-bit normal number. */
const leastProbability = 2 ** -126

/**
 * One unit for each row: the most probable class (the first of equals) against the true one.
 * @param probabilities rows × count
 */
export function judgeExclusive(probabilities: Float64Array, actual: Int32Array, count: number): Judgement {
  const judgement = emptyJudgement(actual.length)
  actual.forEach((truth, row) => {
    const scores = probabilities.subarray(row * count, (row + 1) * count)
    const most = Math.max(...scores)
    const predicted = scores.indexOf(most)
    judgement.rows[row] = row
    judgement.predicted[row] = predicted
    judgement.actual[row] = truth
    judgement.isCorrect[row] = predicted === truth ? 1 : 0
    judgement.loss[row] = -Math.log(Math.max(scores[truth] as number, leastProbability))
    judgement.squaredError[row] = scores.reduce((sum, p, at) => sum + (p - (at === truth ? 1 : 0)) ** 2, 0)
    judgement.confidence[row] = most
    judgement.cameTrue[row] = judgement.isCorrect[row] as number
  })
  return judgement
}

/**
 * One unit for each verified pair: present is predicted above 1/2.
 * @param probabilities rows × count
 * @param truth rows × count of 1, 0 and -1 for not verified
 */
export function judgeIndependent(
  probabilities: Float64Array,
  truth: ArrayLike<number>,
  count: number,
): Judgement {
  const pairs = Int32Array.from(probabilities.keys()).filter(at => (truth[at] as number) >= 0)
  const judgement = emptyJudgement(pairs.length)
  pairs.forEach((at, unit) => {
    const probability = probabilities[at] as number
    const isPresent = truth[at] === 1
    const isPredicted = probability > 0.5
    judgement.rows[unit] = Math.floor(at / count)
    judgement.predicted[unit] = isPredicted ? at % count : -1
    judgement.actual[unit] = isPresent ? at % count : -1
    judgement.isCorrect[unit] = isPredicted === isPresent ? 1 : 0
    judgement.loss[unit] = -Math.log(Math.max(isPresent ? probability : 1 - probability, leastProbability))
    judgement.squaredError[unit] = (probability - (isPresent ? 1 : 0)) ** 2
    judgement.confidence[unit] = probability
    judgement.cameTrue[unit] = isPresent ? 1 : 0
  })
  return judgement
}

function emptyJudgement(units: number): Judgement {
  return {
    rows: new Int32Array(units),
    isCorrect: new Uint8Array(units),
    loss: new Float64Array(units),
    squaredError: new Float64Array(units),
    confidence: new Float64Array(units),
    cameTrue: new Uint8Array(units),
    predicted: new Int32Array(units),
    actual: new Int32Array(units),
  }
}
