import { userError } from '../../base/HubError.ts'
import { nextTimes } from '../../jobs/define/nextTimes.ts'
import { parseSchedule } from '../../jobs/define/parseSchedule.ts'
import type { ScheduleOptions } from './ScheduleOptions.ts'

const namePattern = /^[0-9A-Za-z_.-]{1,64}$/
const rolePattern = /^arn:([a-z-]+):iam::\d{12}:role\/[\w+=,.@/-]+$/
/** A name that ends in .fifo is a queue that Scheduler does not write to. */
const queuePattern = /^arn:([a-z-]+):sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/
const mostArnCharacters = 1600

/**
 * Checks options against EventBridge Scheduler's model, and ours, which is narrower for retries.
 * @throws HubError `bad_schedule_request` that names the option, `bad_schedule`, `bad_timezone`, `schedule_never_fires`
 */
export function checkScheduleOptions(options: ScheduleOptions): void {
  const { name, groupName, roleArn, deadLetterArn, partition = 'aws' } = options
  const { retries, maximumAgeSeconds, flexibleMinutes } = options
  checkName('name', name)
  if (groupName !== undefined) checkName('groupName', groupName)
  checkArn('roleArn', roleArn, rolePattern, partition, 'arn:PARTITION:iam::123456789012:role/NAME')
  if (deadLetterArn !== undefined)
    checkArn(
      'deadLetterArn',
      deadLetterArn,
      queuePattern,
      partition,
      'that of a standard SQS queue, not a .fifo one',
    )
  if (retries !== undefined) checkWhole('retries', retries, 0, 2)
  if (maximumAgeSeconds !== undefined) checkWhole('maximumAgeSeconds', maximumAgeSeconds, 60, 86_400)
  if (flexibleMinutes !== undefined) checkWhole('flexibleMinutes', flexibleMinutes, 1, 1440)
  checkTimes(options)
}

function checkName(option: string, name: string): void {
  if (!namePattern.test(name))
    throw bad(option, name, '1 to 64 of the letters a to z and A to Z, digits, - _ and .')
}

function checkArn(option: string, arn: string, pattern: RegExp, partition: string, allowed: string): void {
  const given = pattern.exec(arn)?.[1]
  if (given === undefined || arn.length > mostArnCharacters) throw bad(option, arn, allowed)
  if (given !== partition) throw bad(option, arn, `of the partition ${partition}, as the schedule is`)
}

function checkWhole(option: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw bad(option, value, `a whole number from ${least} to ${most}`)
}

function checkTimes({ expression, timezone, start, end }: ScheduleOptions): void {
  const { kind } = parseSchedule(expression)
  for (const [option, time] of Object.entries({ start, end })) {
    if (time === undefined) continue
    if (Number.isNaN(time.getTime())) throw bad(option, null, 'a valid date')
    if (kind === 'at') throw bad(option, time, 'left out: Scheduler ignores it for what happens once')
  }
  // What ever comes, for a schedule that has no start: the request is the same whenever it is made.
  const after = new Date((start?.getTime() ?? 0) - 1)
  const [first] = nextTimes(expression, { after, timezone, start: start ?? after })
  if (end !== undefined && first !== undefined && first > end)
    throw userError(
      'schedule_never_fires',
      `${expression} in ${timezone} first comes at ${first.toISOString()}, after the end ${end.toISOString()}`,
      'end it later',
    )
}

function bad(option: string, given: unknown, allowed: string) {
  return userError(
    'bad_schedule_request',
    `${option} of the schedule is ${JSON.stringify(given)}`,
    `it is to be ${allowed}`,
  )
}
