import { type Fault, HubError, toError } from '../../../base/HubError.ts'

/** An error as it crosses threads, processes and Spark. */
export interface ErrorReport {
  readonly code: string
  readonly fault: Fault
  readonly message: string
  readonly hint?: string
  readonly stack: string
}

/** An error that was reported elsewhere, and is to be reported as it was. */
export class ReportedError extends Error {
  readonly report: ErrorReport

  constructor(report: ErrorReport) {
    super(report.message)
    this.report = report
  }
}

/** Begins the line of an error's text that a driver rebuilds the error from. */
export const reportMark = 'imagehub-error: '

/** Spark carries the text through its own messages: more is cut. */
const longestMessage = 4000
const longestStack = 16_000

export function reportOf(thrown: unknown, code = 'stage_failed'): ErrorReport {
  if (thrown instanceof ReportedError) return thrown.report
  const error = toError(thrown)
  const known = error instanceof HubError ? error : undefined
  return {
    code: known?.code ?? code,
    fault: known?.fault ?? 'system',
    message: cut(error.message, longestMessage),
    ...(known?.hint === undefined ? {} : { hint: cut(known.hint, longestMessage) }),
    stack: cut(stackOf(error), longestStack),
  }
}

/** What Spark shows of an error: for people, and one line for the driver. */
export function errorText(report: ErrorReport): string {
  const { code, message, hint, stack } = report
  const told = stack.includes(message) ? [] : [message]
  return [
    `${code}: ${message}`,
    // Early, and with the stack at its end: Spark 3.5 cuts long texts.
    `${reportMark}${JSON.stringify(report)}`,
    ...(hint === undefined ? [] : [hint]),
    ...told,
    stack,
  ].join('\n')
}

function stackOf(error: Error): string {
  const stacks: string[] = []
  for (let at: unknown = error; at instanceof Error && stacks.length < 5; at = at.cause)
    stacks.push(at.stack ?? at.message)
  return stacks.join('\ncaused by: ')
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)} … (${text.length - length} more characters)`
}
