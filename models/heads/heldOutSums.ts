import type { Task } from './LossEvaluator.ts'

/** Weighted sums over rows that a regression was not trained on. */
export interface HeldOutSums {
  loss: number
  correct: number
  weight: number
}

export interface HeldOutBlock {
  readonly firstRow: number
  readonly rows: number
  /** [rows, count · outputs] */
  readonly logits: Float32Array
  /** Which of the `count` regressions in the block. */
  readonly index: number
  readonly count: number
  readonly outputs: number
  /** Its targets, and the weight of each row as a test row. */
  readonly task: Task
  readonly held: (row: number) => boolean
}

/** Adds a block's held-out rows to the sums. */
export function heldOutSums(block: HeldOutBlock, sums: HeldOutSums): void {
  const { firstRow, rows, logits, index, count, outputs, task, held } = block
  for (let at = 0; at < rows; at++) {
    const row = firstRow + at
    const weight = task.weights[row] as number
    if (weight === 0 || !held(row)) continue
    const start = (at * count + index) * outputs
    const scores = logits.subarray(start, start + outputs)
    const targets = task.targets.subarray(row * outputs, (row + 1) * outputs)
    const { loss, isCorrect } = outputs === 1 ? sigmoidRow(scores, targets) : softmaxRow(scores, targets)
    sums.loss += weight * loss
    sums.correct += isCorrect ? weight : 0
    sums.weight += weight
  }
}

function sigmoidRow(scores: Float32Array, targets: Float32Array) {
  const isPositive = targets[0] === 1
  const score = scores[0] as number
  const margin = isPositive ? score : -score
  return {
    loss: Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))),
    isCorrect: score > 0 === isPositive,
  }
}

function softmaxRow(scores: Float32Array, targets: Float32Array) {
  const most = Math.max(...scores)
  const sum = scores.reduce((total, score) => total + Math.exp(score - most), 0)
  const truth = targets.indexOf(1)
  return { loss: most + Math.log(sum) - (scores[truth] as number), isCorrect: scores.indexOf(most) === truth }
}
