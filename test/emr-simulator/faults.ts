/** What goes wrong with a call. */
export type Fault =
  | 'none'
  /** `ThrottlingException`; nothing is done. */
  | 'throttle'
  /** It is done, and the connection breaks before an answer. */
  | 'lost_answer'
  /** The connection breaks with nothing done. */
  | 'lost_answer_before'
  /** It is done, and neither an answer comes nor does the connection end. */
  | 'no_answer'
  /** The connection is reset before the request was read. That nothing listens at all is `stopListening`. */
  | 'refuse_connection'
  /** A 500 with nothing done, or with it done. */
  | 'internal_error'
  | 'internal_error_after'

/**
 * Asked before each call. Scheduler's own calls of EMR are operations of their own: `Scheduler.RunJobFlow`.
 * @param callNumber counts the calls of an operation from 1
 */
export type FaultOf = (operation: string, callNumber: number) => Fault

export const doneBefore: ReadonlySet<Fault> = new Set([
  'none',
  'lost_answer',
  'no_answer',
  'internal_error_after',
])
