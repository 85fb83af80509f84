import { userError } from '../../../base/HubError.ts'
import type { HeadTargets } from '../headTasks.ts'
import { bootstrap } from './bootstrap.ts'
import type { ClassMetrics, ConfusionMatrix, Estimate, HeadMetrics } from './HeadMetrics.ts'
import { type Judgement, judgeExclusive, judgeIndependent } from './Judgement.ts'
import { areaUnderRoc, type RankedScores, rankScores } from './rankedScores.ts'
import { reliabilityBins, type Tally, tally } from './tally.ts'

const level = 0.95
/** Elementary steps (row, class, resample) after which the bootstrap stops at fewer resamples; a few seconds. */
const mostSteps = 1.5e9
const fewestResamples = 100

export interface EvaluateHeadOptions extends HeadTargets {
  /** rows × labels, as `openHead(...).predict` gives them. */
  readonly probabilities: Float32Array | Float64Array
  readonly rows: number
  readonly seed: number
  /** Fewer are drawn where there are very many rows times classes. @default 1000 */
  readonly resamples?: number
  /** Draw whole groups: for rows that are not independent of each other. */
  readonly groups?: readonly string[] | undefined
}

/**
 * Judges a head's probabilities for rows it was not trained on against the truth, each figure with a 95 % bootstrap interval.
 * @throws HubError `bad_metrics` where the arrays do not fit each other or a probability is not between 0 and 1
 */
export function evaluateHead(options: EvaluateHeadOptions): HeadMetrics {
  check(options)
  const { kind, labels, classes, rows, seed, groups } = options
  const probabilities = Float64Array.from(options.probabilities)
  const count = labels.length
  const isIndependent = kind === 'multilabel' || count === 1
  const judgement = isIndependent
    ? judgeIndependent(probabilities, classes, count)
    : judgeExclusive(probabilities, Int32Array.from(classes), count)
  const ranked = labels.map((_, index) => rankClass(options, probabilities, index, isIndependent))

  const steps = rows * (count + 4)
  const resamples = Math.min(
    options.resamples ?? 1000,
    Math.max(fewestResamples, Math.floor(mostSteps / Math.max(steps, 1))),
  )
  const statistics = (counts: Uint32Array) => statisticsOf(tally(judgement, count, counts), ranked, counts)
  const estimates = bootstrap({ rows, resamples, seed, level, groups }, statistics)
  const all = tally(judgement, count, new Uint32Array(rows).fill(1))
  return {
    kind,
    rows,
    interval: { method: 'percentile bootstrap', level, resamples, seed, unit: groups ? 'group' : 'row' },
    ...name(overallNames, estimates),
    classes: labels.map((label, index): ClassMetrics => {
      const { order, positive } = ranked[index] as RankedScores
      const positives = order.reduce((sum, row) => sum + (positive[row] as number), 0)
      return {
        label,
        positives,
        negatives: order.length - positives,
        truePositives: all.truePositives[index] as number,
        falsePositives: all.falsePositives[index] as number,
        falseNegatives: all.falseNegatives[index] as number,
        ...name(classNames, estimates.slice(overallNames.length + index * classNames.length)),
      }
    }),
    reliability: Array.from({ length: reliabilityBins }, (_, bin) => {
      const weight = all.binWeight[bin] as number
      return {
        low: bin / reliabilityBins,
        high: (bin + 1) / reliabilityBins,
        count: weight,
        confidence: weight === 0 ? null : (all.binConfidence[bin] as number) / weight,
        accuracy: weight === 0 ? null : (all.binTrue[bin] as number) / weight,
      }
    }),
    confusion: confusionOf(options, judgement, isIndependent),
  }
}

/** The statistics in the order of the vector that `statisticsOf` returns; the classes' follow, class after class. */
const overallNames = ['accuracy', 'logLoss', 'brier', 'calibrationError', 'macroF1', 'macroAuc'] as const
const classNames = ['precision', 'recall', 'f1', 'auc'] as const

function name<const N extends string>(
  names: readonly N[],
  estimates: readonly Estimate[],
): Record<N, Estimate> {
  return Object.fromEntries(names.map((key, at) => [key, estimates[at]])) as Record<N, Estimate>
}

function statisticsOf(sums: Tally, ranked: readonly RankedScores[], counts: Uint32Array): Float64Array {
  const { weight, binConfidence, binTrue } = sums
  const classes = ranked.map((scores, index) => {
    const truePositives = sums.truePositives[index] as number
    const predicted = truePositives + (sums.falsePositives[index] as number)
    const actual = truePositives + (sums.falseNegatives[index] as number)
    return {
      precision: truePositives / predicted,
      recall: truePositives / actual,
      // Without a row of the class there is nothing to find.
      f1: actual === 0 ? Number.NaN : (2 * truePositives) / (predicted + actual),
      auc: areaUnderRoc(scores, counts),
    }
  })
  const gap = binTrue.reduce((sum, value, bin) => sum + Math.abs(value - (binConfidence[bin] as number)), 0)
  return Float64Array.of(
    sums.correct / weight,
    sums.loss / weight,
    sums.squaredError / weight,
    gap / weight,
    meanOfDefined(classes.map(({ f1 }) => f1)),
    meanOfDefined(classes.map(({ auc }) => auc)),
    ...classes.flatMap(({ precision, recall, f1, auc }) => [precision, recall, f1, auc]),
  )
}

function meanOfDefined(values: readonly number[]): number {
  const defined = values.filter(value => !Number.isNaN(value))
  return defined.reduce((sum, value) => sum + value, 0) / defined.length
}

function rankClass(
  { classes, rows, labels }: EvaluateHeadOptions,
  probabilities: Float64Array,
  index: number,
  isIndependent: boolean,
): RankedScores {
  const count = labels.length
  const scores = Float64Array.from({ length: rows }, (_, row) => probabilities[row * count + index] as number)
  const truth = (row: number) =>
    isIndependent ? (classes[row * count + index] as number) : classes[row] === index ? 1 : 0
  const positive = Uint8Array.from({ length: rows }, (_, row) => (truth(row) === 1 ? 1 : 0))
  const known = Int32Array.from({ length: rows }, (_, row) => row).filter(row => truth(row) >= 0)
  return rankScores(scores, positive, known)
}

function confusionOf(
  { labels }: EvaluateHeadOptions,
  { predicted, actual }: Judgement,
  isIndependent: boolean,
): ConfusionMatrix | null {
  if (isIndependent && labels.length > 1) return null
  const names = isIndependent ? [`not ${labels[0]}`, labels[0] as string] : labels
  const counts = names.map(() => names.map(() => 0))
  const shift = isIndependent ? 1 : 0
  actual.forEach((truth, unit) => {
    const row = counts[truth + shift] as number[]
    const column = (predicted[unit] as number) + shift
    row[column] = (row[column] as number) + 1
  })
  return { labels: names, counts }
}

function check({ kind, labels, classes, rows, probabilities, groups }: EvaluateHeadOptions): void {
  const expected = kind === 'multilabel' ? rows * labels.length : rows
  if (probabilities.length !== rows * labels.length || classes.length !== expected) {
    throw userError(
      'bad_metrics',
      `${probabilities.length} probabilities and ${classes.length} classes do not fit ${rows} rows of ${labels.length} labels`,
      `${rows * labels.length} and ${expected} are needed`,
    )
  }
  if (groups !== undefined && groups.length !== rows) {
    throw userError(
      'bad_metrics',
      `there are ${groups.length} groups for ${rows} rows`,
      'give one for each row',
    )
  }
  const most = kind === 'multilabel' || labels.length === 1 ? 1 : labels.length - 1
  const least = kind === 'multilabel' ? -1 : 0
  const badClass = classes.findIndex(value => !(value >= least && value <= most))
  if (badClass >= 0) {
    throw userError(
      'bad_metrics',
      `class ${badClass} is ${classes[badClass]}`,
      `it takes ${least} to ${most}`,
    )
  }
  const bad = probabilities.findIndex(probability => !(probability >= 0 && probability <= 1))
  if (bad >= 0) {
    throw userError(
      'bad_metrics',
      `probability ${bad} is ${probabilities[bad]}`,
      'it must be between 0 and 1',
    )
  }
}
