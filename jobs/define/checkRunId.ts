import { userError } from '../../base/HubError.ts'

/** Names of runs go into names of EMR, which take no < > $ | `, and into keys of S3. */
const pattern = /^[A-Za-z0-9](?:[\w:-]{0,78}[A-Za-z0-9])?$/

/** @throws HubError `bad_run_id` */
export function checkRunId(given: string): string {
  if (pattern.test(given)) return given
  throw userError(
    'bad_run_id',
    `${JSON.stringify(given)} cannot name a run`,
    'use up to 80 letters, digits, dashes, underscores and colons',
  )
}
