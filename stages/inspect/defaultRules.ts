/** Thresholds on size and scores. Verdicts are derived from them by a query: other thresholds need no second look at the pixels. */
export interface QualityRules {
  /** Written beside every verdict. Change it with any threshold. */
  readonly version: string
  readonly thresholds: {
    /** Pixels. */
    readonly min_short_side: number
    /** Longer side over shorter side. */
    readonly max_aspect_ratio: number
    /** Mean luma, 0 to 1. */
    readonly min_brightness: number
    readonly max_brightness: number
    /** Bits of the luma histogram, 0 to 8. */
    readonly min_entropy: number
    /** Variance of the Laplacian of the luma, at most 512 pixels on the longer side. */
    readonly min_sharpness: number
  }
}

/** Set for few false alarms on ordinary photos; what each catches and costs was measured: docs/decisions/0005-quality-thresholds.md. */
export const defaultRules: QualityRules = {
  version: 'quality-1',
  thresholds: {
    min_short_side: 64,
    max_aspect_ratio: 8,
    min_brightness: 0.06,
    max_brightness: 0.95,
    min_entropy: 2,
    min_sharpness: 0.00035,
  },
}
