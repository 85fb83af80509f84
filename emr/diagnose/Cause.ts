/** Where a text may stand: what EMR's API tells, the logs of a step, of a YARN container, of bootstrap actions, of a node's daemons. */
export type Place = 'status' | 'step' | 'container' | 'bootstrap' | 'node'

/**
 * From what needs no explanation to what explains nothing: of causes found together, the one that stands first here is the cause, the
 * others are its consequences; of equal ones the one found first.
 */
export const ranks = [
  /** Our own program names a mistake in what it was asked to do. */
  'asked',
  /** Brings itself about: a limit, a right, a missing thing. */
  'root',
  /** A program of ours or EMR gave up; a root may be behind it. */
  'failed',
  /** A process or machine went away. */
  'lost',
  /** Usually survived by trying again. */
  'strained',
  /** Spark noticed that an executor is gone. */
  'executor',
  /** What was missed because an executor is gone. */
  'missed',
  /** Says that something failed, and no more. */
  'wrapper',
] as const

export type Rank = (typeof ranks)[number]

/** How sure the text of a cause is: this project's own, in documentation, in a public report, or known in another way. */
export type Sure = 'own' | 'documented' | 'reported' | 'unverified'

/** The named groups of a pattern that matched. */
export type Groups = Readonly<Record<string, string | undefined>>

/** A line that a pattern matched. */
export interface Match {
  readonly groups: Groups
  readonly line: string
  /** The two lines after it. */
  readonly next: readonly string[]
}

/** Why a cluster or step fails, how its logs tell it, and what to do about it. */
export interface Cause {
  /** Stable: scripts may match on it. */
  readonly id: string
  readonly title: string
  readonly rank: Rank
  readonly sure: Sure
  readonly places: readonly Place[]
  /**
   * Of one line each, with bounded quantifiers only; texts of the API are lines `ErrorCode: message`. Where a group named `asked` matched,
   * our own program tells of a mistake in what it was asked to do: the finding ranks so.
   */
  readonly patterns: readonly RegExp[]
  /** One sentence that names the values found. */
  explain(match: Match): string
  /** Which option of the job definition or which command to change. */
  readonly change: string
}
