import * as emr from '@aws-sdk/client-emr'
import { userError } from '../../base/HubError.ts'
import type { CompiledRequest } from '../compile/compileJob.ts'
import { checkLimits } from './checkLimits.ts'
import { checkShape, type ShapeProblem } from './checkShape.ts'
import { requestEnums } from './requestEnums.ts'

/**
 * Checks a request against the model that the AWS SDK ships, and EMR's documented limits.
 * @throws HubError `bad_request` that lists every problem with its place
 */
export function checkRequest(request: CompiledRequest): void {
  const [operation, input, schema] =
    'RunJobFlow' in request
      ? (['RunJobFlow', request.RunJobFlow, emr.RunJobFlowInput$] as const)
      : (['AddJobFlowSteps', request.AddJobFlowSteps, emr.AddJobFlowStepsInput$] as const)
  const ofShape: ShapeProblem[] = [...checkShape(input, schema as readonly unknown[], requestEnums)]
  // Limits are read from what has the right shape.
  const problems = ofShape.length > 0 ? ofShape : [...checkLimits(input)]
  if (problems.length === 0) return
  throw userError(
    'bad_request',
    `EMR would refuse this ${operation}: ${problems.map(({ path, problem }) => `${path} ${problem}`).join('; ')}`,
    "change the job's cluster, or what its edit makes of the request",
  )
}
