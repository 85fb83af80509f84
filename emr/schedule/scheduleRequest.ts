import { userError } from '../../base/HubError.ts'
import type { CreateScheduleInput } from './CreateScheduleInput.ts'
import { checkScheduleOptions } from './checkScheduleOptions.ts'
import type { ScheduleOptions } from './ScheduleOptions.ts'
import { placeScheduledTime, scheduledTime } from './scheduledTime.ts'

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html */
const mostInputBytes = 256 * 1024

/**
 * The request to EventBridge Scheduler that starts a cluster at each time of a schedule. Pure: the same options give the same request.
 * @throws HubError `bad_schedule_request` that names the option, `bad_schedule`, `bad_timezone`, `schedule_never_fires`
 */
export function scheduleRequest(options: ScheduleOptions): CreateScheduleInput {
  checkScheduleOptions(options)
  const { name, groupName, expression, timezone, roleArn, deadLetterArn, flexibleMinutes } = options
  const { start, end, enabled, retries = 1, maximumAgeSeconds = 3600, partition = 'aws' } = options
  return {
    Name: name,
    ...(groupName === undefined ? {} : { GroupName: groupName }),
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: timezone,
    ...(start === undefined ? {} : { StartDate: start }),
    ...(end === undefined ? {} : { EndDate: end }),
    State: enabled ? 'ENABLED' : 'DISABLED',
    FlexibleTimeWindow:
      flexibleMinutes === undefined
        ? { Mode: 'OFF' }
        : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: flexibleMinutes },
    Target: {
      Arn: `arn:${partition}:scheduler:::aws-sdk:emr:runJobFlow`,
      RoleArn: roleArn,
      Input: inputOf(options),
      RetryPolicy: { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: maximumAgeSeconds },
      ...(deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: deadLetterArn } }),
    },
  }
}

function inputOf({ runJobFlow, marker }: ScheduleOptions): string {
  if (marker === '')
    throw userError(
      'bad_schedule_request',
      'the marker of the schedule is empty',
      'give a text that nothing else holds',
    )
  const input = JSON.stringify(placeScheduledTime(runJobFlow, marker))
  if (!input.includes(scheduledTime))
    throw userError(
      'bad_schedule_request',
      `nothing in the runJobFlow of the schedule holds the marker ${JSON.stringify(marker)}`,
      'put it into its Name, its arguments or its tags: without, a second start for the same time cannot be told',
    )
  const bytes = Buffer.byteLength(input)
  if (bytes > mostInputBytes)
    throw userError(
      'bad_schedule_request',
      `the runJobFlow of the schedule has ${bytes} bytes as JSON`,
      `it is to have at most ${mostInputBytes}: keep what is long in files in S3`,
    )
  return input
}
