import type { LinearModel } from './LinearModel.ts'
import type { LossEvaluator } from './LossEvaluator.ts'
import { classColumns, type HeldOut, type LabelledRows } from './rowTasks.ts'

/** Weighted sums over rows that a regression was not trained on. */
export interface HeldOutSums {
  readonly loss: number
  readonly correct: number
  readonly weight: number
}

export interface HeldOutOptions {
  /** Of the tasks that `rowTasks` makes of the rows for `heldOut`. */
  readonly evaluator: LossEvaluator
  readonly rows: LabelledRows
  readonly heldOut: readonly HeldOut[]
  /** The tasks to judge, and their models for features as the evaluator sees them. */
  readonly tasks: readonly number[]
  readonly models: LinearModel
}

/** How well models do on the rows that their tasks hold out. A row weighs what it weighs by itself, whatever its class. */
export async function heldOutSums(options: HeldOutOptions): Promise<HeldOutSums[]> {
  const { evaluator, rows, heldOut, tasks, models } = options
  const { foldOf, sampleWeights } = rows
  const columns = classColumns(rows)
  const outputs = models.intercepts.length / tasks.length
  const judged = tasks.map(task => ({
    fold: heldOut[Math.floor(task / columns.length)],
    classes: columns[task % columns.length] as Int8Array | Int32Array,
    sums: { loss: 0, correct: 0, weight: 0 },
  }))
  for await (const block of evaluator.logits(tasks, models)) {
    for (const [index, { fold, classes, sums }] of judged.entries()) {
      for (let at = 0; at < block.rows; at++) {
        const row = block.firstRow + at
        const truth = classes[row] as number
        if (truth < 0 || foldOf?.[row] !== fold) continue
        const start = (at * tasks.length + index) * outputs
        const scores = block.logits.subarray(start, start + outputs)
        const { loss, isCorrect } = outputs === 1 ? sigmoidRow(scores, truth) : softmaxRow(scores, truth)
        const weight = sampleWeights?.[row] ?? 1
        sums.loss += weight * loss
        sums.correct += isCorrect ? weight : 0
        sums.weight += weight
      }
    }
  }
  return judged.map(({ sums }) => sums)
}

function sigmoidRow(scores: Float32Array, truth: number) {
  const isPositive = truth === 1
  const score = scores[0] as number
  const margin = isPositive ? score : -score
  return {
    loss: Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))),
    isCorrect: score > 0 === isPositive,
  }
}

function softmaxRow(scores: Float32Array, truth: number) {
  const most = Math.max(...scores)
  const sum = scores.reduce((total, score) => total + Math.exp(score - most), 0)
  return { loss: most + Math.log(sum) - (scores[truth] as number), isCorrect: scores.indexOf(most) === truth }
}
