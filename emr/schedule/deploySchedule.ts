import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { emrFailure } from '../aws/emrFailure.ts'
import type { CreateScheduleInput } from './CreateScheduleInput.ts'

/** Names a schedule. */
export interface ScheduleName {
  readonly name: string
  readonly groupName?: string
  readonly region: string
}

/** A client of EventBridge Scheduler. Another endpoint comes from AWS_ENDPOINT_URL_SCHEDULER. */
export function schedulerClient(region: string): SchedulerClient & Disposable {
  const client = new SchedulerClient({ region })
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() })
}

/**
 * The schedule of a name as it was created, null where there is none.
 * @throws HubError as emrFailure says
 */
export async function deployedSchedule(
  client: SchedulerClient,
  name: ScheduleName,
): Promise<CreateScheduleInput | null> {
  try {
    const { $metadata, Arn, CreationDate, LastModificationDate, ActionAfterCompletion, ...schedule } =
      await client.send(new GetScheduleCommand(named(name)))
    return schedule as CreateScheduleInput
  } catch (thrown) {
    if (isMissing(thrown)) return null
    throw failure(thrown, `look at the schedule ${name.name}`, name.region)
  }
}

/**
 * Creates a schedule, or changes the one of its name.
 * @throws HubError as emrFailure says
 */
export async function deploySchedule(
  client: SchedulerClient,
  { request, region }: { readonly request: CreateScheduleInput; readonly region: string },
): Promise<'created' | 'changed'> {
  try {
    await client.send(new CreateScheduleCommand(request))
    return 'created'
  } catch (thrown) {
    if (!(thrown instanceof ConflictException))
      throw failure(thrown, `create the schedule ${request.Name}`, region)
  }
  try {
    await client.send(new UpdateScheduleCommand(request))
    return 'changed'
  } catch (thrown) {
    throw failure(thrown, `change the schedule ${request.Name}`, region)
  }
}

/**
 * @returns whether there was one
 * @throws HubError as emrFailure says
 */
export async function removeSchedule(client: SchedulerClient, name: ScheduleName): Promise<boolean> {
  try {
    await client.send(new DeleteScheduleCommand(named(name)))
    return true
  } catch (thrown) {
    if (isMissing(thrown)) return false
    throw failure(thrown, `remove the schedule ${name.name}`, name.region)
  }
}

const named = ({ name, groupName }: ScheduleName) => ({
  Name: name,
  ...(groupName === undefined ? {} : { GroupName: groupName }),
})

/** A group that is not there is another matter. */
function isMissing(thrown: unknown): boolean {
  return thrown instanceof ResourceNotFoundException && !/schedule group/i.test(thrown.message)
}

function failure(thrown: unknown, action: string, region: string): Error {
  return emrFailure(thrown, { service: 'EventBridge Scheduler', action, region })
}
