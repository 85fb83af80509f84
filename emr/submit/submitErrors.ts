import { HubError, userError } from '../../base/HubError.ts'
import { isPassing } from '../aws/emrFailure.ts'
import type { CompiledRequest } from '../compile/compileJob.ts'

/** What is searched for has to be what is sent. */
export function checkName(request: CompiledRequest, name: string): void {
  const sent = 'RunJobFlow' in request ? request.RunJobFlow.Name : request.AddJobFlowSteps.Steps?.[0]?.Name
  if (sent === name) return
  throw userError(
    'bad_name',
    `the request is named ${JSON.stringify(sent)}, not ${JSON.stringify(name)}`,
    "leave Name as it is in the cluster's edit: a lost answer is made up for by a search for it",
  )
}

const sameId = (runId: string) =>
  `run the same command again with --run-id ${runId}: it first looks for what the earlier calls may have started`

export interface Unavailable {
  readonly runId: string
  /** Of EMR. */
  readonly calls: number
  readonly last: Error | undefined
}

/** For now. */
export function unavailable({ runId, calls, last }: Unavailable): HubError {
  return new HubError({
    code: 'emr_unavailable',
    message: `EMR did not take the run ${runId} in ${calls} calls; the last: ${last?.message ?? 'not sent'}`,
    hint: sameId(runId),
    cause: last,
  })
}

/** An error of a search, with what to do about it. */
export function again(error: unknown, runId: string): unknown {
  if (!(error instanceof HubError) || !isPassing(error)) return error
  const { message, cause } = error
  return new HubError({ code: 'emr_unavailable', message, hint: sameId(runId), cause })
}
