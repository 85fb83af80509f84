import type { Judgement } from './Judgement.ts'

/** Bars of the reliability diagram, as in Guo et al. 2017 (https://arxiv.org/abs/1706.04599). */
export const reliabilityBins = 15

/** Weighted sums over the units of a judgement. */
export interface Tally {
  readonly weight: number
  readonly correct: number
  readonly loss: number
  readonly squaredError: number
  readonly truePositives: Float64Array
  readonly falsePositives: Float64Array
  readonly falseNegatives: Float64Array
  readonly binWeight: Float64Array
  readonly binConfidence: Float64Array
  readonly binTrue: Float64Array
}

/** @param counts how often each row counts */
export function tally(judgement: Judgement, classCount: number, counts: Uint32Array): Tally {
  const { rows, isCorrect, loss, squaredError, confidence, cameTrue, predicted, actual } = judgement
  const truePositives = new Float64Array(classCount)
  const falsePositives = new Float64Array(classCount)
  const falseNegatives = new Float64Array(classCount)
  const binWeight = new Float64Array(reliabilityBins)
  const binConfidence = new Float64Array(reliabilityBins)
  const binTrue = new Float64Array(reliabilityBins)
  const sums = { weight: 0, correct: 0, loss: 0, squaredError: 0 }
  for (let unit = 0; unit < rows.length; unit++) {
    const count = counts[rows[unit] as number] as number
    if (count === 0) continue
    sums.weight += count
    sums.correct += count * (isCorrect[unit] as number)
    sums.loss += count * (loss[unit] as number)
    sums.squaredError += count * (squaredError[unit] as number)
    const guess = predicted[unit] as number
    const truth = actual[unit] as number
    if (guess === truth) {
      if (truth >= 0) truePositives[truth] = (truePositives[truth] as number) + count
    } else {
      if (guess >= 0) falsePositives[guess] = (falsePositives[guess] as number) + count
      if (truth >= 0) falseNegatives[truth] = (falseNegatives[truth] as number) + count
    }
    const bin = Math.min(Math.floor((confidence[unit] as number) * reliabilityBins), reliabilityBins - 1)
    binWeight[bin] = (binWeight[bin] as number) + count
    binConfidence[bin] = (binConfidence[bin] as number) + count * (confidence[unit] as number)
    binTrue[bin] = (binTrue[bin] as number) + count * (cameTrue[unit] as number)
  }
  return { ...sums, truePositives, falsePositives, falseNegatives, binWeight, binConfidence, binTrue }
}
