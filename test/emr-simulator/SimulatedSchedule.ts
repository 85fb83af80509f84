import type { CreateScheduleInput } from '@aws-sdk/client-scheduler'

/** A schedule that is stored. */
export interface SimulatedSchedule {
  readonly group: string
  readonly name: string
  readonly arn: string
  readonly input: CreateScheduleInput
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly createdAt: number
  readonly modifiedAt: number
}

export const scheduleArn = (region: string, group: string, name: string) =>
  `arn:aws:scheduler:${region}:123456789012:schedule/${group}/${name}`
