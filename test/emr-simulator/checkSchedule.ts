import type { CreateScheduleInput } from '@aws-sdk/client-scheduler'
import { HubError } from '../../base/HubError.ts'
import { parseSchedule } from '../../jobs/define/parseSchedule.ts'
import { validation } from './ServiceError.ts'

const mostInputBytes = 256 * 1024

/** @throws ServiceError for what of a schedule Scheduler would not take: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
export function checkSchedule(input: CreateScheduleInput): void {
  const { Name = '', ScheduleExpression = '', ScheduleExpressionTimezone = 'UTC', Target } = input
  if (!/^[0-9a-zA-Z_.-]{1,64}$/.test(Name)) throw validation(`Value '${Name}' at 'name' is not valid.`)
  try {
    parseSchedule(ScheduleExpression)
  } catch (error) {
    if (error instanceof HubError)
      throw validation(`Invalid Schedule Expression ${ScheduleExpression}: ${error.message}.`)
    throw error
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone: ScheduleExpressionTimezone })
  } catch {
    throw validation('Provided ScheduleExpressionTimezone is not valid.')
  }
  const { Mode, MaximumWindowInMinutes: minutes } = input.FlexibleTimeWindow ?? {}
  if ((Mode === 'FLEXIBLE') !== (minutes !== undefined))
    throw validation('MaximumWindowInMinutes is given for a FLEXIBLE window, and for that alone.')
  checkRange('MaximumWindowInMinutes', minutes, 1, 1440)
  checkRange('MaximumRetryAttempts', Target?.RetryPolicy?.MaximumRetryAttempts, 0, 185)
  checkRange('MaximumEventAgeInSeconds', Target?.RetryPolicy?.MaximumEventAgeInSeconds, 60, 86_400)
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(Target?.RoleArn ?? ''))
    throw validation(`Value '${Target?.RoleArn}' at 'target.roleArn' is not valid.`)
  if (!/^arn:aws[a-z-]*:scheduler:::aws-sdk:emr:(?:runJobFlow|addJobFlowSteps)$/.test(Target?.Arn ?? ''))
    throw validation(`Provided Arn ${Target?.Arn} is not one that the simulator can call.`)
  if (Buffer.byteLength(Target?.Input ?? '') > mostInputBytes)
    throw validation('Target.Input is longer than 256 KB.')
  checkJson(Target?.Input)
}

function checkRange(name: string, value: number | undefined, least: number, most: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
    throw validation(`Value '${value}' at '${name}' is not within ${least} and ${most}.`)
}

function checkJson(input: string | undefined): void {
  try {
    JSON.parse(input ?? '')
  } catch {
    throw validation('Invalid RequestJson provided. Reason: The Input of an AWS SDK target must be JSON.')
  }
}
