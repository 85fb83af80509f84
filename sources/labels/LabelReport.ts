import type { Cases } from '../Cases.ts'
import type { CsvReport } from '../csv/loadCsv.ts'

/**
 * What became of a label source. A row makes one claim (image, label, source, confidence), or several where its label cell is a
 * list; `claims = labels + repeated + noImage.count + noLabel.count + badConfidence.count`.
 */
export interface LabelReport {
  /** How the file was read; null where labels come from folder names. */
  readonly csv: CsvReport | null
  readonly claims: number
  /** Rows of `label_rows`: different (reference, label, source). */
  readonly labels: number
  /** Claims that name an image, label and source that another claim names too. */
  readonly repeated: number
  /** Those of `labels` whose claims differ in confidence: the highest one counts. */
  readonly conflicting: Cases
  readonly noImage: Cases
  readonly noLabel: Cases
  /** Confidences that are no number from 0 to 1. */
  readonly badConfidence: Cases
  /** Labels that the class descriptions do not name; they are kept, as their own display name. */
  readonly unknownLabels: Cases
}
