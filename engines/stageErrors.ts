import { HubError } from '../base/HubError.ts'

/** How a process ends that broke something, rather than being told to end. */
export const crashSignals: ReadonlySet<string> = new Set([
  'SIGSEGV',
  'SIGBUS',
  'SIGABRT',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGSYS',
])

/** A worker process of a stage ended before its work: `stage_crashed` where a fault of its own ended it, else `stage_failed`. */
export function processEnded(code: number | null, signal: string | null): HubError {
  return new HubError({
    code: signal !== null && crashSignals.has(signal) ? 'stage_crashed' : 'stage_failed',
    message: `a worker process ended with ${signal ?? `code ${code}`}`,
  })
}

/** @param rows names the rows of the batch */
export function conservationBroken(
  stage: string,
  rows: string | undefined,
  expected: number,
  found: number,
): HubError {
  return new HubError({
    code: 'conservation_broken',
    message: `stage ${stage} gave ${found} rows for a batch of ${expected}${rows === undefined ? '' : ` (${rows})`}`,
    hint: 'a stage yields one output batch for each input batch, with as many rows in the same order',
  })
}

/** What went wrong in a stage, with the stage's name and the rows that it was at. */
export function failedStage(stage: string, rows: string | undefined, cause: HubError): HubError {
  return new HubError({
    code: cause.code,
    message: `stage ${stage}: ${cause.message}${rows === undefined ? '' : ` (while at ${rows})`}`,
    fault: cause.fault,
    cause,
    ...(cause.hint === undefined ? {} : { hint: cause.hint }),
  })
}
