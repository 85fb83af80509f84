import * as emr from '@aws-sdk/client-emr'
import * as scheduler from '@aws-sdk/client-scheduler'
import { checkShape, type ShapeProblem } from '../../emr/validate/checkShape.ts'
import { requestEnums } from '../../emr/validate/requestEnums.ts'
import { validation } from './ServiceError.ts'

/** By the member that takes them: schemas of the SDK know only that these are strings. */
const enums: Readonly<Record<string, readonly string[]>> = {
  ...requestEnums,
  ClusterStates: Object.values(emr.ClusterState),
  StepStates: Object.values(emr.StepState),
  StepCancellationOption: Object.values(emr.StepCancellationOption),
  InstanceGroupTypes: Object.values(emr.InstanceGroupType),
  InstanceStates: Object.values(emr.InstanceState),
  State: Object.values(scheduler.ScheduleState),
  Mode: Object.values(scheduler.FlexibleTimeWindowMode),
  ActionAfterCompletion: Object.values(scheduler.ActionAfterCompletion),
}

const times = ['CreatedAfter', 'CreatedBefore', 'StartDate', 'EndDate']

/**
 * A request as the SDK's types have it: its times, seconds in JSON, as dates.
 * @throws ServiceError where it is not of the shape that the service's model has for it
 */
export function checkInput<Input>(json: unknown, schema: readonly unknown[]): Input {
  const input = Object.fromEntries(
    Object.entries(json as Record<string, unknown>).map(([name, value]) => [
      name,
      times.includes(name) && typeof value === 'number' ? new Date(value * 1000) : value,
    ]),
  )
  refuseProblems([...checkShape(input, plain(schema), enums)])
  return input as Input
}

/** @throws ServiceError that names the problems, where there are any */
export function refuseProblems(problems: readonly ShapeProblem[]): void {
  if (problems.length === 0) return
  const told = problems.map(({ path, problem }) => `Value at '${path}' ${problem}`)
  throw validation(
    `${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${told.join('; ')}`,
  )
}

/** Without what says that a member goes into the path or the query. */
function plain(schema: readonly unknown[]): readonly unknown[] {
  const [kind, namespace, name, traits, names, shapes, required] = schema
  const members = (shapes as unknown[]).map(shape =>
    Array.isArray(shape) && typeof shape[0] === 'number' && shape.length === 2 ? shape[0] : shape,
  )
  return [kind, namespace, name, traits, names, members, required]
}
