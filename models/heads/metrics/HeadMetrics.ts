import type { HeadKind } from '../headTasks.ts'

/** A figure with its percentile bootstrap interval. Null where the test rows do not define it. */
export interface Estimate {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

export interface ClassMetrics {
  readonly label: string
  /** Test rows of the class. */
  readonly positives: number
  /** Test rows known not to be of the class. */
  readonly negatives: number
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  /** Of the rows predicted as this class, the share that is. */
  readonly precision: Estimate
  /** Of the rows of this class, the share predicted so. */
  readonly recall: Estimate
  readonly f1: Estimate
  /** Area under the ROC curve of this class against the rest; ties count half. */
  readonly auc: Estimate
}

/** One bar of a reliability diagram: predictions whose confidence lies in [low, high), the last bar including its end. */
export interface ReliabilityBin {
  readonly low: number
  readonly high: number
  readonly count: number
  /** Mean confidence; null where the bin is empty. */
  readonly confidence: number | null
  /** Share of them that came true; null where the bin is empty. */
  readonly accuracy: number | null
}

export interface ConfusionMatrix {
  readonly labels: readonly string[]
  /** counts[actual][predicted]: rows. */
  readonly counts: readonly (readonly number[])[]
}

/**
 * How a head does on rows it was not trained on. Plain JSON. Of a head with independent labels (`multilabel`, or one label) the
 * unit is one verified pair of row and label, a label is predicted where its probability exceeds 1/2, and there is a confusion
 * matrix only for a single label; of other heads the unit is a row and the most probable class is predicted.
 */
export interface HeadMetrics {
  readonly kind: HeadKind
  readonly rows: number
  readonly interval: {
    readonly method: 'percentile bootstrap'
    readonly level: number
    readonly resamples: number
    readonly seed: number
    /** What was drawn: rows, or whole groups of them. */
    readonly unit: 'row' | 'group'
  }
  readonly accuracy: Estimate
  /** Mean of -log(probability of the truth), natural logarithm. */
  readonly logLoss: Estimate
  /** Mean squared error of the probabilities, summed over exclusive classes (Brier 1950): 0 to 2; of independent labels 0 to 1. */
  readonly brier: Estimate
  /** Expected calibration error: mean distance of confidence from accuracy over the reliability bins. */
  readonly calibrationError: Estimate
  /** Mean over the classes where it is defined. */
  readonly macroF1: Estimate
  /** Mean over the classes where it is defined. */
  readonly macroAuc: Estimate
  readonly classes: readonly ClassMetrics[]
  readonly reliability: readonly ReliabilityBin[]
  readonly confusion: ConfusionMatrix | null
}
