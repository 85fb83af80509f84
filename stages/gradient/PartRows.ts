import type { Features } from '../../models/heads/Features.ts'

/** The rows of one part, decoded. */
export interface PartRows {
  readonly features: Features
  /** One for each row, or for multilabel one for each row and label. */
  readonly classes: Int32Array
  readonly weights: Float32Array
  /** The fold in which each row is held out; -1 for none. */
  readonly foldOf: Int32Array
}

export function bytesOf({ features, classes, weights, foldOf }: PartRows): number {
  return features.data.byteLength + classes.byteLength + weights.byteLength + foldOf.byteLength
}
