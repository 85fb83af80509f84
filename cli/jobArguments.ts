import type { Options } from 'yargs'
import { userError } from '../base/HubError.ts'
import type { HubParameters, Job } from '../jobs/define/Job.ts'
import { parseJobParameters } from '../jobs/define/parseJobParameters.ts'
import { namedValues } from './namedValues.ts'

/** Which job, and with what. */
export const jobOptions = {
  job: { type: 'string', demandOption: true, describe: 'a name, or a file such as jobs/mine.ts' },
  param: {
    type: 'string',
    array: true,
    nargs: 1,
    default: [],
    describe: 'NAME=VALUE for a parameter of the job; may be repeated',
    requiresArg: true,
  },
} as const satisfies Record<string, Options>

/**
 * The parameters of a job, of which --hub may give one.
 * @throws HubError `usage`, `bad_option`, `bad_parameter`
 */
export function jobParameters(
  job: Job,
  args: { readonly param: readonly string[]; readonly hub: string | undefined },
): HubParameters {
  const given = namedValues('--param', args.param)
  if (args.hub !== undefined && given.hub !== undefined && given.hub !== args.hub)
    throw userError('usage', '--hub and --param hub= name two hubs', 'leave one of them out')
  return parseJobParameters(job, { ...given, ...(args.hub === undefined ? {} : { hub: args.hub }) })
}
