import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import type { CreateScheduleInput } from './CreateScheduleInput.ts'

/** Names a schedule. */
export interface ScheduleName {
  readonly name: string
  readonly groupName?: string
}

/** A client of EventBridge Scheduler. Another endpoint comes from AWS_ENDPOINT_URL_SCHEDULER. */
export function schedulerClient(region: string): SchedulerClient & Disposable {
  const client = new SchedulerClient({ region })
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() })
}

const named = ({ name, groupName }: ScheduleName) => ({
  Name: name,
  ...(groupName === undefined ? {} : { GroupName: groupName }),
})

/** The schedule of a name as it was created, null where there is none. Throws what the SDK does. */
export async function deployedSchedule(
  client: SchedulerClient,
  name: ScheduleName,
): Promise<CreateScheduleInput | null> {
  try {
    const { $metadata, Arn, CreationDate, LastModificationDate, ActionAfterCompletion, ...schedule } =
      await client.send(new GetScheduleCommand(named(name)))
    return schedule as CreateScheduleInput
  } catch (thrown) {
    if (thrown instanceof ResourceNotFoundException && !/group/i.test(thrown.message)) return null
    throw thrown
  }
}

/** Creates a schedule, or changes the one of its name. Throws what the SDK does. */
export async function deploySchedule(
  client: SchedulerClient,
  request: CreateScheduleInput,
): Promise<'created' | 'changed'> {
  try {
    await client.send(new CreateScheduleCommand(request))
    return 'created'
  } catch (thrown) {
    if (!(thrown instanceof ConflictException)) throw thrown
    await client.send(new UpdateScheduleCommand(request))
    return 'changed'
  }
}

/** @returns whether there was one. Throws what the SDK does. */
export async function removeSchedule(client: SchedulerClient, name: ScheduleName): Promise<boolean> {
  try {
    await client.send(new DeleteScheduleCommand(named(name)))
    return true
  } catch (thrown) {
    if (thrown instanceof ResourceNotFoundException) return false
    throw thrown
  }
}
