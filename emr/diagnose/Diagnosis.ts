import type { Sure } from './Cause.ts'

/** A line that tells something, with secrets masked and shortened. */
export interface Evidence {
  readonly file: string
  /** From 1; undefined in what EMR's API tells. */
  readonly line: number | undefined
  readonly text: string
}

/** A cause that the logs speak of. */
export interface FoundCause {
  readonly cause: string
  readonly sentence: string
  readonly change: string
  readonly sure: Sure
  readonly evidence: Evidence
}

/** Why a cluster or step failed. */
export interface Diagnosis extends Omit<FoundCause, 'evidence' | 'sure'> {
  /** The id of a cause, `unknown`, or `none` where nothing failed. */
  readonly cause: string
  readonly sure: Sure | undefined
  readonly evidence: Evidence | undefined
  /** Causes that rank after it: most often its consequences. */
  readonly others: readonly FoundCause[]
  /** Where the cause is unknown or a wrapper: the first errors of the logs, five at most, the innermost of each stack. */
  readonly firstErrors: readonly Evidence[]
  /** Which logs could not be read, and why. */
  readonly logsMissing: readonly string[]
}
