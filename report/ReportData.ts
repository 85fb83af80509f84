import type { RunRecord } from '../catalog/RunRecord.ts'

/** All that one report shows, as plain JSON: `collectReport` gathers it, `renderReport` and `summarise` are pure functions of it. */
export interface ReportData {
  /** Where the hub is: a folder or s3://bucket/prefix. */
  readonly hub: string
  /** ISO 8601, UTC. */
  readonly generatedAt: string
  readonly codeVersion: string
  readonly images: ImageTotals
  /** Accepted pictures, of as many classes as there are. */
  readonly contactSheet: readonly Picture[]
  /** In falling order of images. An image with two reasons counts in both. */
  readonly reasons: readonly ReasonGroup[]
  readonly classes: ClassSummary
  readonly resolutions: ResolutionSummary
  readonly histograms: readonly Histogram[]
  readonly models: readonly ModelUse[]
  readonly head: HeadSummary | null
  readonly failures: FailureSummary
  /** Oldest first. */
  readonly runs: readonly RunRecord[]
}

export interface ImageTotals {
  /** Origins read. */
  readonly total: number
  /** Distinct image ids among them. */
  readonly distinct: number
  /** Sum of the sizes that are known. */
  readonly bytes: number
  readonly verdicts: readonly VerdictCount[]
  readonly rulesVersions: readonly string[]
}

export interface VerdictCount {
  /** accepted, rejected, quarantined or failed */
  readonly verdict: string
  readonly count: number
}

export interface ReasonGroup {
  readonly verdict: string
  /** Reason code. */
  readonly reason: string
  readonly count: number
  readonly examples: readonly Picture[]
}

export interface Picture {
  readonly origin: string
  readonly imageId: string | null
  readonly thumbnail: Thumbnail
  /** What the reader or decoder said of it, or the name of its class. */
  readonly note: string | null
}

/** A small picture that imagehub encoded itself, as a data URI, or the reason why there is none, in a few words. */
export type Thumbnail =
  | { readonly kind: 'picture'; readonly uri: string; readonly width: number; readonly height: number }
  | { readonly kind: 'placeholder'; readonly because: string }

export interface ClassSummary {
  /** The most frequent classes, by falling number of positives. */
  readonly shown: readonly ClassCount[]
  /** How many classes have annotations. */
  readonly total: number
  /** Accepted images without any positive label. */
  readonly unlabelled: number
}

export interface ClassCount {
  readonly label: string
  readonly displayName: string
  /** Images verified to show it. */
  readonly positives: number
  /** Images verified not to show it. */
  readonly negatives: number
  /** Images that only a machine labelled. */
  readonly machine: number
  readonly examples: readonly Picture[]
}

export interface ResolutionSummary {
  /** Sizes with how many images have them; a sample where there are very many sizes. */
  readonly points: readonly ResolutionPoint[]
  /** Images whose dimensions are known. */
  readonly images: number
  /** Images that the points stand for. */
  readonly shown: number
}

export interface ResolutionPoint {
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  readonly verdict: string
  readonly count: number
}

export interface Histogram {
  readonly key: 'bytes' | 'sharpness' | 'brightness' | 'contrast' | 'entropy' | 'colorfulness'
  readonly scale: 'linear' | 'log'
  readonly bins: readonly HistogramBin[]
}

export interface HistogramBin {
  readonly from: number
  readonly to: number
  readonly verdict: string
  readonly count: number
}

export interface ModelUse {
  readonly modelId: string
  readonly sha256: string
  /** Images with an embedding of this model. */
  readonly images: number
  /** Length of the embedding. */
  readonly dimensions: number
}

/** A value with the bounds of its interval, where one was computed. */
export interface Estimate {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

export interface HeadSummary {
  readonly headId: string
  readonly name: string
  readonly kind: string
  readonly modelId: string
  readonly modelSha256: string
  readonly regParam: number
  readonly elasticNetParam: number
  readonly seed: number
  readonly trainImages: number
  readonly testImages: number
  readonly objective: number
  readonly accuracy: Estimate
  /** Coverage of the intervals, 0 to 1. */
  readonly confidenceLevel: number
  /** Further metrics over all classes, in the order to show. */
  readonly overall: readonly NamedEstimate[]
  readonly perClass: readonly ClassMetrics[]
  readonly confusion: Confusion | null
  readonly calibration: Calibration | null
  readonly mistakes: readonly Mistake[]
  /** Mistakes on the held-out images; null where no predictions were written. */
  readonly mistakeCount: number | null
}

export interface NamedEstimate extends Estimate {
  readonly name: string
  /** A share is shown in percent. */
  readonly isShare: boolean
}

export interface ClassMetrics {
  readonly label: string
  readonly displayName: string
  /** Held-out images of the class. */
  readonly support: number
  readonly precision: Estimate | null
  readonly recall: Estimate | null
  readonly f1: Estimate | null
}

export interface Confusion {
  readonly displayNames: readonly string[]
  /** counts[i][j]: held-out images of class i that were taken for class j. */
  readonly counts: readonly (readonly number[])[]
  /** Held-out images of each class, those taken for a class that is left out too. */
  readonly totals: readonly number[]
  /** Classes left out to keep the table readable. */
  readonly omitted: number
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[]
  /** Expected calibration error, 0 to 1. */
  readonly error: number | null
}

export interface CalibrationBin {
  /** Mean of the predicted probabilities in the bin. */
  readonly predicted: number
  /** Share of them that came true. */
  readonly observed: number
  readonly count: number
}

export interface Mistake {
  readonly picture: Picture
  readonly truth: string
  readonly predicted: string
  /** Of the predicted class, 0 to 1. */
  readonly probability: number
}

export interface FailureSummary {
  readonly total: number
  readonly shown: readonly Failure[]
}

export interface Failure {
  readonly stage: string
  readonly code: string
  readonly message: string
  readonly origin: string
  readonly imageId: string | null
  readonly runId: string
}
