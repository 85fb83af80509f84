import type { RunJobFlowCommandInput } from '@aws-sdk/client-emr'

export interface ScheduleOptions {
  /** Up to 64 letters, digits, `-`, `_` and `.`, once in its group. */
  readonly name: string
  /** A schedule group that exists. @default Scheduler's own, named default */
  readonly groupName?: string
  /** What is started at each time: the request holds `marker` where that time belongs, in its Name, arguments and tags. */
  readonly runJobFlow: RunJobFlowCommandInput
  /** Stands in the strings of `runJobFlow` for the time that a start was scheduled for. */
  readonly marker: string
  readonly expression: string
  /** IANA name. */
  readonly timezone: string
  /** The role that Scheduler takes: it may run job flows and pass on their roles. */
  readonly roleArn: string
  /** A standard SQS queue for starts that failed for good. */
  readonly deadLetterArn?: string
  /**
   * Attempts after the first that failed, 0 to 2, where Scheduler's own default is 185. RunJobFlow has no token: an attempt whose answer was
   * lost may have started a cluster, and each retry may start another, which ends when it finds the scheduled time taken. One retry, as a
   * throttled call at a popular hour costs a night's work otherwise.
   * @default 1
   */
  readonly retries?: number
  /** Seconds after the scheduled time in which attempts are made, 60 to 86400. @default 3600 */
  readonly maximumAgeSeconds?: number
  /** Minutes within which Scheduler chooses when to start, 1 to 1440. @default on time */
  readonly flexibleMinutes?: number
  /** No start is before; a rate counts from here. */
  readonly start?: Date
  /** No start is after. */
  readonly end?: Date
  readonly enabled: boolean
  /** Of AWS's clouds: commercial, China, GovCloud. @default 'aws' */
  readonly partition?: 'aws' | 'aws-cn' | 'aws-us-gov'
}
